import {element} from '../element.js';
import {ago} from '../format.js';

/** A time as people say it, the exact one on hover. */
export function moment(instant) {
  return instant
    ? element('time', {datetime: instant, title: exact(instant)}, ago(instant))
    : element('span', {class: 'muted'}, '–');
}

function exact(instant) {
  return `${new Date(instant).toLocaleString('en-GB', {dateStyle: 'medium', timeStyle: 'medium'})} (${instant})`;
}
