import {element} from '../element.js';
import {pretty} from '../json.js';
import {address} from '../router.js';
import {tableName} from '../table-name.js';
import {button} from './button.js';
import {chip} from './chip.js';
import {code} from './copy.js';
import {dialogActions, openDialog} from './dialog.js';
import {facts, mono} from './layout.js';
import {moment} from './moment.js';

/** Shows one event whole. */
export function openEvent(eventTable, event) {
  const source = tableName(event.source_table_schema, event.source_table_name);
  openDialog(
    `Event ${event.id}`,
    (dialog) => [
      facts(
        ['Action', chip(event.action)],
        ['Source table', mono(source)],
        ['Key', mono(event.record_pk)],
        ['Committed', moment(event.committed_at)],
        ['Stored', moment(event.inserted_at)],
        ['LSN', mono(`${event.source_lsn} / ${event.source_lsn_ordinal}`)],
        ['Transaction', mono(String(event.transaction_id))],
        event.unavailable && ['Unavailable', mono(event.unavailable.join(', '))],
      ),
      element('h3', null, 'Record'),
      code(pretty(event.record)),
      element('h3', null, 'Changes'),
      event.changes === null ? element('p', {class: 'muted'}, 'null') : code(pretty(event.changes)),
      event.transaction_annotations && [element('h3', null, 'Transaction annotations'), code(pretty(event.transaction_annotations))],
      dialogActions(
        event.record_pk !== '' && element('a', {
          class: 'button',
          href: address('event_tables', eventTable, 'row', {source, record_pk: event.record_pk}),
          onClick: dialog.close,
        }, 'History of This Row'),
        button('Close', dialog.close),
      ),
    ],
    {wide: true},
  );
}
