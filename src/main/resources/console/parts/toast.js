import {element} from '../element.js';

const SHOWN_MS = 6000;

/** Says for some seconds what happened. */
export function toast(text, kind = 'good') {
  const node = element('div', {class: `toast ${kind}`, role: kind === 'bad' ? 'alert' : 'status'}, text);
  const close = element('button', {type: 'button', class: 'small', 'aria-label': 'Dismiss', onClick: () => node.remove()}, '×');
  node.append(close);
  place().append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}

function place() {
  const shown = document.querySelector('.toasts');
  if (shown) {
    return shown;
  }
  const made = element('div', {class: 'toasts', 'aria-live': 'polite'});
  document.body.append(made);
  return made;
}
