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
  const isCopied = await write(text, button);
  button.textContent = isCopied ? 'Copied' : 'Not copied: select the text';
  setTimeout(() => (button.textContent = label), SHOWN_MS);
}

/** Browsers offer their clipboard only to https and localhost, and may refuse it. */
async function write(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeSelected(text, button);
  }
}

/** Only what is in the window on top can be selected. */
function writeSelected(text, button) {
  const field = element('textarea', {class: 'off-screen', 'aria-hidden': 'true', value: text}, text);
  (button.closest('dialog') ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  button.focus();
  return isCopied;
}
