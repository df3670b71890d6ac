import * as api from '../api.js';
import {element} from '../element.js';
import {several} from '../format.js';
import {chip} from '../parts/chip.js';
import {code} from '../parts/copy.js';
import {diff} from '../parts/diff.js';
import {openEvent} from '../parts/event-view.js';
import {card, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {button} from '../parts/button.js';
import {emptyState} from '../parts/states.js';
import {pretty} from '../json.js';
import {address} from '../router.js';

const PAGE = 200;
const MOST = 1000;

/** The life of one source row: what each change did, and what the row was at a moment. */
export function rowHistoryPage({name, query, redraw}) {
  const {source, record_pk: key} = query;
  const events = [];
  let hasMore = false;
  let asOf = '';

  /** The last page is the one that is empty: of large events a page has fewer than asked for. */
  async function load() {
    do {
      const found = await api.get('/events/history', {
        event_table: name,
        table: source,
        record_pk: key,
        after: String(events.at(-1)?.id ?? 0),
        limit: PAGE,
      });
      events.push(...found.data);
      hasMore = found.data.length > 0;
    } while (hasMore && events.length < MOST);
    return events;
  }

  return {
    title: `${source} ${key}`,
    load,
    view: () =>
      page(
        `Row ${key}`,
        {lead: `${source}, ${several(events.length, 'event')}${hasMore ? ' and more' : ''}`, back: {href: address('event_tables', name), title: name}},
        card('As Of', asOfField(), asOfRecord()),
        card('History', events.length === 0 ? emptyState('No Events', 'This row has no events in this event table.') : [...events].reverse().map(step)),
      ),
  };

  function asOfField() {
    return element('label', {class: 'small-label'}, 'The row as it was at (your local time; empty for now)', element('input', {
      type: 'datetime-local',
      step: '1',
      value: asOf,
      onInput: (event) => {
        asOf = event.currentTarget.value;
        redraw();
      },
    }));
  }

  function asOfRecord() {
    const until = asOf === '' ? Infinity : Date.parse(asOf);
    const last = events.findLast((event) => Date.parse(event.committed_at) <= until);
    if (!last) {
      return element('p', {class: 'muted'}, 'There was no event of this row by then.');
    }
    return last.action === 'delete'
      ? element('p', null, 'The row was deleted ', moment(last.committed_at), '.')
      : code(pretty(last.record));
  }

  function step(event) {
    return element(
      'article',
      {class: 'history-step', key: String(event.id)},
      element('div', {class: 'history-head'}, chip(event.action), moment(event.committed_at), button(`Event ${event.id}`, () => openEvent(name, event), 'link')),
      diff(event),
    );
  }
}
