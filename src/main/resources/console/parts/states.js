import {element} from '../element.js';

/** Where a list has nothing to show: what it would hold, and the next step. */
export function emptyState(title, text, ...actions) {
  return element(
    'div',
    {class: 'empty'},
    element('h2', null, title),
    element('p', null, text),
    actions.length > 0 && element('div', {class: 'actions'}, actions),
  );
}

export function notFound(text) {
  return emptyState('Not Found', text);
}

export function loading() {
  return element('p', {class: 'loading', 'aria-busy': 'true'}, 'Loading …');
}

/** Above a page whose data could not be read; the page shows the last that is known. */
export function failure(error) {
  return element('div', {class: 'notice bad'}, element('p', null, `${error.message}. Trying again …`));
}

/** A coloured box: `kind` is info, warn or bad. */
export function notice(kind, title, ...children) {
  return element('div', {class: `notice ${kind}`}, title && element('h3', null, title), children);
}
