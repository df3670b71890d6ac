import {element} from '../element.js';
import {morph} from '../morph.js';
import {button} from './button.js';
import {Draft} from './form.js';

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

/** Asks before something is lost; a refusal is told where the question is. */
export function confirmThen(title, text, verb, action) {
  const draft = new Draft({}, () => dialog.redraw(), 'confirm');
  const dialog = openDialog(title, () => [
    element('p', null, text),
    draft.refusal(),
    dialogActions(button('Cancel', () => dialog.close()), button(verb, () => draft.send(act), 'danger')),
  ]);

  async function act() {
    await action();
    dialog.close();
  }
}

/** The buttons at the end of a dialog. */
export function dialogActions(...buttons) {
  return element('div', {class: 'actions end'}, buttons);
}
