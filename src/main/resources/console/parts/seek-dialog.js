import * as api from '../api.js';
import {element} from '../element.js';
import {button} from './button.js';
import {dialogActions, openDialog} from './dialog.js';
import {Draft, radioField, textField} from './form.js';
import {toast} from './toast.js';

/** Sends a consumer group somewhere else in its stream. */
export function openSeekDialog(path, refresh) {
  const draft = new Draft({to: 'earliest', value: ''}, () => dialog.redraw(), 'seek');
  const dialog = openDialog('Seek', () => [
    element('p', null, 'Messages after the new position are delivered, also those that were acked; those before it are not.'),
    radioField(draft, 'to', 'Position', [
      ['earliest', 'The beginning of the event table'],
      ['latest', 'The next event'],
      ['value', 'A specific position'],
    ]),
    draft.values.to === 'value' && textField(draft, 'value', 'Seq or time', {field: 'to', placeholder: '42 or 2026-01-31T12:00:00Z'}),
    draft.refusal(),
    dialogActions(button('Cancel', () => dialog.close()), button('Seek', () => draft.send(seek), 'danger')),
  ]);

  async function seek() {
    const {to, value} = draft.values;
    await api.post(path, {to: to === 'value' ? value.trim() : to});
    dialog.close();
    toast('The consumer group was moved.');
    await refresh();
  }
}
