import {element} from '../element.js';
import {fieldErrors} from './form.js';

const SEARCHABLE = 6;

/**
 * One table of several; a table that cannot be chosen says why. Tables are `{table, reason?}`, with the reason why not.
 *
 * `draftField` is where the choice is kept, `field` its name in the API.
 */
export function tablePicker(draft, draftField, label, tables, {field, heading, empty, after}) {
  const search = `${draftField}Search`;
  const wanted = (draft.values[search] ?? '').toLowerCase();
  const found = tables.filter((each) => each.table.toLowerCase().includes(wanted));
  return element(
    'fieldset',
    {class: 'field picker', id: `${draft.prefix}-${draftField}`},
    element('legend', null, label),
    tables.length > SEARCHABLE && searchField(draft, search),
    element(
      'div',
      {class: 'picker-box'},
      element('div', {class: 'picker-heading'}, heading),
      tables.length === 0 && element('p', {class: 'picker-empty'}, empty),
      element('div', {class: 'picker-list'}, found.map((each) => option(draft, draftField, each))),
      after,
    ),
    fieldErrors(`${draft.prefix}-${draftField}`, draft.errorsOf(field)),
  );
}

function searchField(draft, search) {
  return element('input', {
    type: 'search',
    class: 'search',
    placeholder: 'Search tables …',
    'aria-label': 'Search tables',
    value: draft.values[search] ?? '',
    onInput: (event) => draft.set(search, event.currentTarget.value),
  });
}

function option(draft, draftField, {table, reason}) {
  return element(
    'label',
    {key: table, class: reason ? 'picker-option refused' : 'picker-option'},
    element('input', {
      type: 'radio',
      name: draftField,
      value: table,
      disabled: Boolean(reason),
      checked: draft.values[draftField] === table,
      onChange: () => draft.set(draftField, table),
    }),
    element('span', {class: 'mono'}, table),
    reason && element('span', {class: 'reason'}, reason),
  );
}
