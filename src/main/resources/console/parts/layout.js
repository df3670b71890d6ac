import {element} from '../element.js';

/** A whole page: heading, actions beside it, and what follows. */
export function page(title, {lead, back, actions = []}, ...children) {
  return element(
    'div',
    {class: 'page'},
    element(
      'div',
      {class: 'page-head'},
      element(
        'div',
        null,
        back && element('a', {class: 'back', href: back.href}, `← ${back.title}`),
        element('h1', null, title),
        lead && element('p', {class: 'lead'}, lead),
      ),
      element('div', {class: 'actions'}, actions),
    ),
    children,
  );
}

export function card(title, ...children) {
  return element('section', {class: 'card'}, title && element('h2', null, title), children);
}

/** Numbers side by side, each with its name. */
export function figures(...pairs) {
  return element('dl', {class: 'figures'}, pairs.filter(Boolean).map(([name, value]) => term(name, value)));
}

/** Names and values below each other. */
export function facts(...pairs) {
  return element('dl', {class: 'facts'}, pairs.filter(Boolean).map(([name, value]) => term(name, value)));
}

export function mono(text) {
  return element('span', {class: 'mono'}, text);
}

function term(name, value) {
  return element('div', null, element('dt', null, name), element('dd', null, value));
}
