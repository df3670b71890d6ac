import {element} from '../element.js';

/**
 * Rows under headings; narrow screens show each row as a card.
 *
 * A column is `{title, cell(row), class?}`; `key(row)` tells rows apart when they are drawn anew.
 */
export function table(label, columns, rows, key, rowAttributes = () => ({})) {
  return element(
    'div',
    {class: 'table', role: 'region', 'aria-label': label, tabindex: '0'},
    element(
      'table',
      null,
      element('thead', null, element('tr', null, columns.map(heading))),
      element('tbody', null, rows.map((row) => line(columns, row, key(row), rowAttributes(row)))),
    ),
  );
}

function heading({title, class: kind}) {
  return element('th', {scope: 'col', class: kind}, title);
}

function line(columns, row, key, attributes) {
  return element(
    'tr',
    {key, ...attributes},
    columns.map((column) => element('td', {class: column.class, 'data-title': column.title}, column.cell(row))),
  );
}
