import {element} from '../element.js';
import {toast} from './toast.js';

/** A link that looks like a button. */
export function linkButton(title, href, kind = '') {
  return element('a', {class: `button ${kind}`, href}, title);
}

/** A button that does something; it cannot be pressed again while that lasts, and says so if it fails. */
export function button(title, action, kind = '') {
  return element('button', {type: 'button', class: kind, onClick: (event) => run(event.currentTarget, action)}, title);
}

async function run(node, action) {
  node.setAttribute('aria-disabled', 'true');
  node.disabled = true;
  try {
    await action();
  } catch (error) {
    if (error.status === undefined) {
      throw error;
    }
    toast(sentence(error), 'bad');
  } finally {
    node.disabled = false;
    node.removeAttribute('aria-disabled');
  }
}

function sentence(error) {
  const details = Object.entries(error.fields).flatMap(([field, messages]) => messages.map((text) => `${field} ${text}`));
  return [error.message, ...details].join(': ');
}
