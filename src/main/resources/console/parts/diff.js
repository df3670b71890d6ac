import {element} from '../element.js';
import {compact} from '../json.js';

/** What an event did to its row, column by column. */
export function diff(event) {
  if (event.action === 'update' && event.changes !== null) {
    return changed(event);
  }
  const kind = event.action === 'delete' ? 'removed' : 'added';
  const note = event.action === 'update' ? 'The old values are not known; set replica identity full to have them.' : null;
  return [
    note && element('p', {class: 'hint'}, note),
    list(Object.entries(event.record ?? {}).map(([column, value]) => line(column, [part(kind, value)]))),
  ];
}

function changed(event) {
  const columns = Object.keys(event.changes);
  if (columns.length === 0) {
    return element('p', {class: 'hint'}, 'Nothing differs: the row was written as it was.');
  }
  return list(columns.map((column) => line(column, [part('removed', event.changes[column]), ' → ', newValue(event, column)])));
}

function newValue(event, column) {
  return column in event.record ? part('added', event.record[column]) : element('span', {class: 'muted'}, 'not sent');
}

function list(lines) {
  return element('dl', {class: 'diff'}, lines);
}

function line(column, values) {
  return element('div', {key: column}, element('dt', {class: 'mono'}, column), element('dd', null, values));
}

function part(kind, value) {
  return element(kind === 'added' ? 'ins' : 'del', {class: 'mono'}, compact(value));
}
