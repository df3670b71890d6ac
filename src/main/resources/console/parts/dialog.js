import {element} from '../element.js';
import {morph} from '../morph.js';
import {button} from './button.js';

/** Opens a window above the page; `view(dialog)` builds what it holds, and is drawn anew by `dialog.redraw()`. */
export function openDialog(title, view, {wide = false, onClose = () => {}} = {}) {
  const node = element('dialog', {class: wide ? 'wide' : '', 'aria-label': title});
  let content = element('div');
  const dialog = {
    redraw: () => (content = morph(content, element('div', {class: 'dialog'}, element('h2', null, title), view(dialog)))),
    close: () => node.close(),
  };
  node.append(content);
  const leave = () => node.close();
  window.addEventListener('hashchange', leave);
  node.addEventListener('close', () => {
    window.removeEventListener('hashchange', leave);
    node.remove();
    onClose();
  });
  document.body.append(node);
  dialog.redraw();
  node.showModal();
  return dialog;
}

/** Asks before something is lost. */
export function confirmThen(title, text, verb, action) {
  openDialog(title, (dialog) => [
    element('p', null, text),
    dialogActions(
      button('Cancel', dialog.close),
      button(
        verb,
        async () => {
          await action();
          dialog.close();
        },
        'danger',
      ),
    ),
  ]);
}

/** The buttons at the end of a dialog. */
export function dialogActions(...buttons) {
  return element('div', {class: 'actions end'}, buttons);
}
