import * as api from '../api.js';
import {element} from '../element.js';
import {button} from './button.js';
import {chip} from './chip.js';
import {confirmThen} from './dialog.js';
import {card, mono} from './layout.js';
import {moment} from './moment.js';
import {table} from './table.js';

/** Changes that a step of a pipeline refused, to be sent once more or thrown away; nothing if there are none. */
export function quarantineCard(pipeline, changes, refresh) {
  const act = (verb, body) => async () => {
    await api.post(`/quarantine/${verb}`, body);
    await refresh();
  };
  const discard = (title, text, body) => confirmThen(title, text, 'Discard', act('discard', body));
  return changes.length > 0 && card(
    'Quarantine',
    element('p', {class: 'hint'}, 'A step of the route refused these changes. The others flow on.'),
    element(
      'div',
      {class: 'actions'},
      button('Replay All', act('replay', {pipeline}), 'small'),
      button('Discard All', () => discard('Discard All?', `No change in quarantine of ${pipeline} will become an event.`, {pipeline}), 'small danger-text'),
    ),
    table(
      'Quarantined changes',
      [
        {title: 'Action', cell: ({action}) => chip(action)},
        {title: 'Table', cell: (change) => mono(change.table)},
        {title: 'Key', cell: (change) => mono(change.record_pk)},
        {title: 'Error', class: 'wide', cell: ({error}) => error},
        {title: 'Committed', cell: (change) => moment(change.committed_at)},
        {title: '', class: 'row-actions', cell: ({id}) => [
          button('Replay', act('replay', {ids: [id]}), 'small'),
          button('Discard', () => discard('Discard Change?', 'It will not become an event.', {ids: [id]}), 'small danger-text'),
        ]},
      ],
      changes,
      ({id}) => String(id),
    ),
  );
}
