import {radioField, textField} from './form.js';

/** Where a reader of a stream begins. */
export function startFields(draft) {
  return [
    radioField(draft, 'start', 'Where to start', [
      ['beginning', 'At the beginning of the event table'],
      ['end', 'With the next event'],
      ['from', 'At a specific position'],
    ]),
    draft.values.start === 'from' && textField(draft, 'start_value', 'Position', {field: 'start', placeholder: '42 or 2026-01-31T12:00:00Z', hint: 'A seq, or a time with its offset.'}),
  ];
}

/** The start as the API takes it. */
export function startBody({start, start_value: value}) {
  return start === 'from' ? {position: start, value} : {position: start};
}

/** What was typed as a number; as it is if it is none, for the API to say so; null if nothing was typed. */
export function numberOrNull(text) {
  const trimmed = text.trim();
  if (trimmed === '') {
    return null;
  }
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
}
