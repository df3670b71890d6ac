import {element} from '../element.js';
import {button} from './button.js';
import {fieldErrors} from './form.js';

let made = 0;

/** Request headers that a webhook is sent with. */
export function headersField(draft, hint) {
  return element(
    'fieldset',
    {class: 'field'},
    element('legend', null, 'Headers'),
    hint && element('p', {class: 'hint'}, hint),
    draft.values.headers.map((header) => row(draft, header)),
    fieldErrors('field-headers', draft.errorsOf('headers')),
    button('Add header', () => draft.set('headers', [...draft.values.headers, {id: ++made, name: '', value: ''}]), 'small'),
  );
}

/** Headers as the API takes them. */
export function headersBody(headers) {
  return Object.fromEntries(headers.map(({name, value}) => [name, value]));
}

function row(draft, header) {
  const change = (part) => (event) => {
    header[part] = event.currentTarget.value;
    draft.redraw();
  };
  const others = () => draft.values.headers.filter((each) => each !== header);
  return element(
    'div',
    {class: 'filter', key: header.id},
    element('label', {class: 'small-label'}, 'Header name', element('input', {type: 'text', value: header.name, onInput: change('name')})),
    element('label', {class: 'small-label'}, 'Header value', element('input', {type: 'text', value: header.value, onInput: change('value')})),
    element('button', {type: 'button', class: 'small', 'aria-label': 'Remove header', onClick: () => draft.set('headers', others())}, '×'),
  );
}
