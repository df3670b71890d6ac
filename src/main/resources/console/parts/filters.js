import {element} from '../element.js';
import {compact} from '../json.js';
import {button} from './button.js';
import {table} from './table.js';
import {mono} from './layout.js';

const OPERATORS = ['=', '!=', '>', '<', '>=', '<=', 'in', 'not in', 'is null', 'is not null'];
const WITHOUT_VALUE = ['is null', 'is not null'];

/** Cards in which column filters are made; `columns` are `{name, type}`, or empty where any name may be typed. */
export function filtersField(draft, columns) {
  const filters = draft.values.filters;
  const errors = Object.entries(draft.errors).filter(([field]) => field.startsWith('filters'));
  errors.forEach(([field]) => draft.shown.add(field));
  return element(
    'fieldset',
    {class: 'field'},
    element('legend', null, 'Column filters'),
    filters.map((filter, place) => filterRow(draft, filter, place, columns)),
    element('div', {class: 'errors'}, errors.flatMap(([, messages]) => messages).map((text) => element('p', null, text))),
    button('Add filter', () => add(draft, columns), 'small'),
  );
}

/** Filters as the API takes them. */
export function filtersBody(filters) {
  return filters.map((filter) => ({
    column: filter.column,
    operator: filter.operator,
    ...(WITHOUT_VALUE.includes(filter.operator) ? {} : {value: valueOf(filter)}),
    ...(filter.field_path ? {field_path: filter.field_path} : {}),
  }));
}

/** Filters of the API as the cards hold them. */
export function filtersDraft(filters) {
  return (filters ?? []).map((given) => ({...given, given, value: text(given.value), field_path: given.field_path ?? ''}));
}

/** Filters to be read. */
export function filtersTable(filters) {
  if (!filters || filters.length === 0) {
    return element('p', {class: 'muted'}, 'No filters: every row is captured.');
  }
  return table(
    'Filters',
    [
      {title: 'Column', cell: (filter) => mono(filter.field_path ? `${filter.column}.${filter.field_path}` : filter.column)},
      {title: 'Operator', cell: (filter) => mono(filter.operator)},
      {title: 'Value', cell: (filter) => mono(text(filter.value))},
    ],
    filters,
    (filter) => compact(filter),
  );
}

function filterRow(draft, filter, place, columns) {
  const change = (name) => (event) => {
    filter[name] = event.currentTarget.value;
    draft.redraw();
  };
  const isJson = columns.some((column) => column.name === filter.column && column.type.startsWith('json'));
  return element(
    'div',
    {class: 'filter', key: filter.id ?? place},
    columnInput(filter, columns, change('column')),
    labelled('Operator', element(
      'select',
      {'aria-label': 'Operator', value: filter.operator, onChange: change('operator')},
      OPERATORS.map((operator) => element('option', {value: operator, selected: operator === filter.operator}, operator)),
    )),
    !WITHOUT_VALUE.includes(filter.operator) && labelled('Comparison value', element('input', {
      type: 'text',
      'aria-label': 'Comparison value',
      value: filter.value,
      onInput: change('value'),
    })),
    (isJson || filter.field_path) && labelled('Field path', element('input', {
      type: 'text',
      'aria-label': 'Field path',
      placeholder: 'path.to.value',
      value: filter.field_path,
      onInput: change('field_path'),
    })),
    element('button', {type: 'button', class: 'small', 'aria-label': 'Remove filter', onClick: () => removeAt(draft, place)}, '×'),
  );
}

function columnInput(filter, columns, onChange) {
  if (columns.length === 0) {
    return labelled('Column', element('input', {type: 'text', 'aria-label': 'Column', value: filter.column, onInput: onChange}));
  }
  return labelled('Column', element(
    'select',
    {'aria-label': 'Column', value: filter.column, onChange},
    columns.map(({name, type}) => element('option', {value: name, selected: name === filter.column}, `${name} (${type})`)),
  ));
}

function labelled(label, input) {
  return element('label', {class: 'small-label'}, label, input);
}

let made = 0;

function add(draft, columns) {
  made++;
  draft.values.filters.push({id: `new-${made}`, column: columns[0]?.name ?? '', operator: '=', value: '', field_path: ''});
  draft.redraw();
}

function removeAt(draft, place) {
  draft.values.filters.splice(place, 1);
  draft.redraw();
}

/** What nobody changed stays what it is: its text no longer tells numbers, and commas within an item. */
function valueOf({given, operator, value}) {
  const isAsGiven = given && given.operator === operator && text(given.value) === value;
  return isAsGiven ? given.value : value;
}

function text(value) {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : Array.isArray(value) ? value.map(text).join(', ') : compact(value);
}
