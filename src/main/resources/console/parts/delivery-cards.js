import {element} from '../element.js';
import {count} from '../format.js';
import {button} from './button.js';
import {chip} from './chip.js';
import {card, mono} from './layout.js';
import {moment} from './moment.js';
import {table} from './table.js';
import {toast} from './toast.js';

/** A page of dead letters where there are none. */
export const NO_DEAD = {data: [], count: 0};

/** The keys whose messages cannot go on; nothing if there are none. */
export function blockedCard(blocked) {
  return blocked.length > 0 && card('Blocked Keys', element('p', {class: 'hint'}, 'The other keys go on meanwhile.'), table(
    'Blocked keys',
    [
      {title: 'Key', cell: ({key}) => mono(key)},
      {title: 'Head', class: 'number', cell: (each) => mono(String(each.head_seq))},
      {title: 'Attempts', class: 'number', cell: (each) => count(each.attempts)},
      {title: 'Next attempt', cell: (each) => moment(each.not_before)},
      {title: 'Last error', class: 'wide', cell: (each) => each.last_error ?? '–'},
    ],
    blocked,
    ({key, head_seq: seq}) => `${key} ${seq}`,
  ));
}

/** The first page of messages that were given up; `redrive(seq)` delivers one once more, all without one. Nothing if there are none. */
export function deadCard({data: dead, count: total}, redrive) {
  const rest = total > dead.length ? `; the oldest ${count(dead.length)} are shown` : '';
  return dead.length > 0 && card('Dead Letters', element('p', {class: 'hint'}, `Messages given up: ${count(total)}${rest}.`), element('div', {class: 'actions'}, button('Redrive All', () => redrive(), 'small')), table(
    'Dead letters',
    [
      {title: 'Seq', class: 'number', cell: (each) => mono(String(each.seq))},
      {title: 'Attempts', class: 'number', cell: (each) => count(each.attempts)},
      {title: 'Given up', cell: (each) => moment(each.died_at)},
      {title: 'Last error', class: 'wide', cell: (each) => each.last_error ?? '–'},
      {title: '', class: 'row-actions', cell: (each) => (each.redriven ? chip('redriven') : button('Redrive', () => redrive(each.seq), 'small'))},
    ],
    dead,
    (each) => String(each.seq),
  ));
}

/** Says what became of a redrive: of very many only the oldest go at a time. */
export function toastRedriven(redriven, remaining) {
  toast(`Delivered once more: ${count(redriven)}. Dead letters that remain: ${count(remaining)}.`);
}
