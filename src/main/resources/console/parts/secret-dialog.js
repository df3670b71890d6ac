import {element} from '../element.js';
import {button} from './button.js';
import {code} from './copy.js';
import {dialogActions, openDialog} from './dialog.js';

/** Shows a secret the only time that it can be seen, then goes on; at once if there is none. */
export function showSecret(title, secret, goOn = () => {}) {
  if (!secret) {
    goOn();
    return;
  }
  const view = (dialog) => [
    element('p', null, 'Copy it now: it is not shown again.'),
    code(secret),
    dialogActions(button('Done', dialog.close, 'primary')),
  ];
  openDialog(title, view, {onClose: goOn});
}
