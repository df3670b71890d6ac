import {element} from '../element.js';

const SHOWN_MS = 1500;

/** Text in a box, to be read and copied. */
export function code(text, {label = 'Copy', copied = text, language = 'text'} = {}) {
  return element(
    'div',
    {class: 'code'},
    element('pre', {tabindex: '0', 'data-language': language}, element('code', null, text)),
    copyButton(label, copied),
  );
}

export function copyButton(label, text) {
  return element('button', {type: 'button', class: 'small copy', onClick: (event) => copy(event.currentTarget, label, text)}, label);
}

async function copy(button, label, text) {
  await write(text);
  button.textContent = 'Copied';
  setTimeout(() => (button.textContent = label), SHOWN_MS);
}

/** Browsers offer their clipboard only to https and localhost. */
async function write(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = element('textarea', {class: 'off-screen', 'aria-hidden': 'true', value: text}, text);
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
