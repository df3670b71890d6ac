const WHOLE = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const STEPS = [[60, 's', 1], [3600, 'min', 60], [86400, 'h', 3600], [Infinity, 'd', 86400]];

export function count(number) {
  return number === null || number === undefined ? '–' : WHOLE.format(Number(number));
}

export function bytes(number) {
  if (number === null || number === undefined) {
    return '–';
  }
  let size = Number(number);
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

export function milliseconds(number) {
  if (number === null || number === undefined) {
    return '–';
  }
  return number < 1000 ? `${Math.round(number)} ms` : span(number / 1000);
}

/** How long ago, in one unit. */
export function ago(instant, now = Date.now()) {
  const seconds = (now - Date.parse(instant)) / 1000;
  if (Math.abs(seconds) < 2) {
    return 'just now';
  }
  return seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`;
}

/** A singular or plural with its number. */
export function several(number, noun) {
  return `${count(number)} ${noun}${Number(number) === 1 ? '' : 's'}`;
}

function span(seconds) {
  const [, unit, size] = STEPS.find(([limit]) => seconds < limit);
  return `${Math.floor(seconds / size)} ${unit}`;
}
