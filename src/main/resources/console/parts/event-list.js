import {element} from '../element.js';
import {compact} from '../json.js';
import {address} from '../router.js';
import {tableName} from '../table-name.js';
import {chip} from './chip.js';
import {openEvent} from './event-view.js';
import {mono} from './layout.js';
import {moment} from './moment.js';
import {table} from './table.js';

const SHOWN_CHARACTERS = 300;

/** Events of one event table, newest first, each to be opened. */
export function eventList(eventTable, events) {
  return table(
    `Events of ${eventTable}`,
    [
      {title: 'Id', class: 'number', cell: (event) => opener(eventTable, event)},
      {title: 'Action', cell: (event) => chip(event.action)},
      {title: 'Source table', cell: (event) => mono(sourceOf(event))},
      {title: 'Key', cell: (event) => keyLink(eventTable, event)},
      {title: 'Record', class: 'wide', cell: (event) => json(event.record)},
      {title: 'Changes', class: 'wide', cell: (event) => json(event.changes)},
      {title: 'Committed', cell: (event) => moment(event.committed_at)},
    ],
    events,
    (event) => String(event.id),
  );
}

/** The source table of an event, as the API takes it. */
export function sourceOf(event) {
  return tableName(event.source_table_schema, event.source_table_name);
}

function opener(eventTable, event) {
  return element('button', {type: 'button', class: 'link mono', onClick: () => openEvent(eventTable, event)}, String(event.id));
}

/** A truncate has no row, nor has a table without a key. */
function keyLink(eventTable, event) {
  if (event.record_pk === '') {
    return mono('–');
  }
  const row = {source: sourceOf(event), record_pk: event.record_pk};
  return element('a', {class: 'mono', href: address('event_tables', eventTable, 'row', row), title: 'History of this row'}, event.record_pk);
}

function json(value) {
  if (value === null || value === undefined) {
    return element('span', {class: 'muted'}, 'null');
  }
  const text = compact(value);
  return element('code', {class: 'clipped'}, text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} …` : text);
}
