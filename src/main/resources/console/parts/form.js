import {element} from '../element.js';

/**
 * What a user is typing, and what the API said about it.
 *
 * `values` are the fields' texts; `errors` the API's messages per field; fields whose messages no input shows are told
 * above the button.
 */
export class Draft {
  /** @param prefix what the ids of its inputs begin with, so that two forms can be on one page */
  constructor(values, redraw, prefix = 'field') {
    this.prefix = prefix;
    this.values = values;
    this.redraw = redraw;
    this.errors = {};
    this.summary = '';
    this.shown = new Set();
  }

  set(name, value) {
    this.values[name] = value;
    this.redraw();
  }

  errorsOf(field) {
    this.shown.add(field);
    return this.errors[field] ?? [];
  }

  /** Sends the draft; a refusal is shown, anything else is thrown. */
  async send(action) {
    if (this.sending) {
      return;
    }
    this.sending = true;
    try {
      await action();
    } catch (error) {
      if (error.status === undefined) {
        throw error;
      }
      this.errors = error.fields;
      this.summary = error.message;
      this.redraw();
      focusFirstError();
    } finally {
      this.sending = false;
    }
  }

  /** What to say above the button. */
  refusal() {
    const elsewhere = Object.entries(this.errors).filter(([field]) => !this.shown.has(field));
    const lines = elsewhere.flatMap(([field, messages]) => messages.map((text) => `${field}: ${text}`));
    return this.summary && element('div', {class: 'notice bad', role: 'alert'}, [this.summary, ...lines].map((line) => element('p', null, line)));
  }
}

/** A labelled input with its errors next to it. `draftField` is its name in the draft, `field` in the API. */
export function textField(draft, draftField, label, {field = draftField, hint, ...attributes} = {}) {
  const id = `${draft.prefix}-${draftField}`;
  const errors = draft.errorsOf(field);
  return fieldRow(id, label, hint, errors, element('input', {
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    ...described(id, hint, errors),
    ...attributes,
    value: draft.values[draftField] ?? '',
    onInput: (event) => draft.set(draftField, event.currentTarget.value),
  }));
}

/** A labelled choice; options are `[value, title]`. */
export function choiceField(draft, draftField, label, options, {field = draftField, hint, ...attributes} = {}) {
  const id = `${draft.prefix}-${draftField}`;
  const errors = draft.errorsOf(field);
  return fieldRow(id, label, hint, errors, element(
    'select',
    {
      ...described(id, hint, errors),
      ...attributes,
      value: draft.values[draftField] ?? '',
      onChange: (event) => draft.set(draftField, event.currentTarget.value),
    },
    options.map(([value, title]) => element('option', {value, selected: value === draft.values[draftField]}, title)),
  ));
}

/** One of several, all of them to be seen; options are `[value, title]`. */
export function radioField(draft, draftField, label, options) {
  return element(
    'fieldset',
    {class: 'field'},
    element('legend', null, label),
    element('div', {class: 'radios'}, options.map(([value, title]) => element('label', {class: 'radio'}, element('input', {
      type: 'radio',
      name: `${draft.prefix}-${draftField}`,
      value,
      checked: draft.values[draftField] === value,
      onChange: () => draft.set(draftField, value),
    }), title))),
  );
}

/** A switch with its name beside it. */
export function switchField(draft, draftField, label) {
  return element('label', {class: 'switch'}, element('input', {
    type: 'checkbox',
    role: 'switch',
    checked: Boolean(draft.values[draftField]),
    onChange: (event) => draft.set(draftField, event.currentTarget.checked),
  }), label);
}

/** A form whose Enter key does what its button does. */
export function form(draft, submitTitle, onSubmit, {disabled = false, cancel} = {}, ...children) {
  return element(
    'form',
    {
      novalidate: true,
      onSubmit: (event) => {
        event.preventDefault();
        if (!disabled) {
          draft.send(onSubmit);
        }
      },
    },
    children,
    draft.refusal(),
    element(
      'div',
      {class: 'actions'},
      element('button', {type: 'submit', class: 'primary', disabled}, submitTitle),
      cancel && element('a', {class: 'button', href: cancel}, 'Cancel'),
    ),
  );
}

/** The API's messages about a field. */
export function fieldErrors(id, errors) {
  return element('div', {class: 'errors', id: `${id}-errors`}, errors.map((text) => element('p', null, text)));
}

function fieldRow(id, label, hint, errors, input) {
  return element(
    'div',
    {class: errors.length > 0 ? 'field refused' : 'field'},
    element('label', {for: id}, label),
    input,
    hint && element('p', {class: 'hint', id: `${id}-hint`}, hint),
    fieldErrors(id, errors),
  );
}

function described(id, hint, errors) {
  return {
    id,
    'aria-describedby': hint ? `${id}-hint ${id}-errors` : `${id}-errors`,
    'aria-invalid': errors.length > 0 ? 'true' : null,
  };
}

function focusFirstError() {
  document.querySelector('[aria-invalid="true"]')?.focus();
}
