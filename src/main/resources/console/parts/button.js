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

/** A button that is disabled would lose the focus, and be enabled by the next drawing. */
const busy = new WeakSet();

async function run(node, action) {
  if (busy.has(node)) {
    return;
  }
  busy.add(node);
  node.setAttribute('aria-busy', 'true');
  try {
    await action();
  } catch (error) {
    if (error.status === undefined) {
      throw error;
    }
    toast(sentence(error), 'bad');
  } finally {
    busy.delete(node);
    node.removeAttribute('aria-busy');
  }
}

function sentence(error) {
  const details = Object.entries(error.fields).flatMap(([field, messages]) => messages.map((text) => `${field} ${text}`));
  return [error.message, ...details].join(': ');
}
