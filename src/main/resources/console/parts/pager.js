import {element} from '../element.js';
import {button} from './button.js';

/** Moves through pages; either side is null where there is nothing more. */
export function pager(label, onPrevious, onNext, text) {
  return element(
    'div',
    {class: 'pager', role: 'navigation', 'aria-label': label},
    step('Previous', onPrevious),
    element('span', {class: 'muted'}, text),
    step('Next', onNext),
  );
}

function step(title, action) {
  const node = button(title, action ?? (() => {}), 'small');
  node.disabled = !action;
  node.toggleAttribute('disabled', !action);
  return node;
}
