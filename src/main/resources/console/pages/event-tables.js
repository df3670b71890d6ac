import * as api from '../api.js';
import {element} from '../element.js';
import {count} from '../format.js';
import {Browser} from '../parts/browser.js';
import {button} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {openEventTableDialog} from '../parts/event-table-dialog.js';
import {card, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {emptyState} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';

export function eventTablesPage({redraw, refresh}) {
  const browser = new Browser(redraw);
  const create = () => button('Create Event Table', () => openEventTableDialog(refresh), 'primary');
  return {
    title: 'Event Tables',
    load: () => api.list('/event_tables'),
    view: (tables) =>
      page(
        'Event Tables',
        {lead: 'Where the events are kept: tables of your own database.', actions: tables.length > 0 ? [create()] : []},
        card(null, tables.length === 0 ? empty(create()) : browser.view('event tables', tables, (each) => each.table, eventTableTable)),
      ),
  };
}

function empty(create) {
  return emptyState('No Event Tables Found', 'An event table keeps each change as a row: what the row is now, what it was, and when. Create one for your first pipeline.', create);
}

function eventTableTable(tables) {
  return table(
    'Event Tables',
    [
      {title: 'Name', cell: (each) => element('a', {class: 'mono', href: address('event_tables', each.table)}, each.table)},
      {title: 'State', cell: (each) => (each.valid === false ? [chip('invalid'), ' ', each.problems.join('; ')] : chip('ok'))},
      {title: 'Events', class: 'number', cell: (each) => count(size(each))},
      {title: 'Retention', cell: (each) => (each.retention_days ? `${each.retention_days} days` : 'None')},
      {title: 'Oldest', cell: (each) => moment(each.first_committed_at)},
      {title: 'Newest', cell: (each) => moment(each.last_committed_at)},
    ],
    tables,
    (each) => each.table,
  );
}

/** Ids are dense, so the ends tell how many there are. */
function size({first_id: first, last_id: last}) {
  return first === null || first === undefined ? 0 : Number(last) - Number(first) + 1;
}
