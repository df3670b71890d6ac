import {element} from '../element.js';

/** A route from its source downwards, branches indented. */
export function routeDiagram({from, steps}) {
  return element('ol', {class: 'diagram'}, box({kind: 'from', label: from, steps: []}), (steps ?? []).map(box));
}

function box({kind, label, steps}) {
  return element(
    'li',
    null,
    element('div', {class: kind === 'from' ? 'step source' : 'step'}, element('span', {class: 'step-kind'}, kind), element('span', {class: 'mono'}, label)),
    steps.length > 0 && element('ol', null, steps.map(box)),
  );
}
