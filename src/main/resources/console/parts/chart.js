import {element, shape} from '../element.js';
import {count} from '../format.js';

const WIDTH = 720;
const HEIGHT = 150;
const LEFT = 46;
const BOTTOM = 20;
const TOP = 8;

/** Bars over time; `bars` are `{at, value}`, oldest first, evenly spaced. */
export function barChart(label, bars, unit) {
  const most = niceAbove(Math.max(2, ...bars.map((bar) => bar.value)));
  const total = bars.reduce((sum, bar) => sum + bar.value, 0);
  return element(
    'figure',
    {class: 'chart'},
    shape(
      'svg',
      {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${label}: ${count(total)} ${unit} in all, at most ${count(most)} a bar`},
      [0, 0.5, 1].map((part) => gridLine(part, most)),
      bars.map((bar, place) => column(bar, place, bars.length, most, unit)),
      [0, Math.floor(bars.length / 2), bars.length - 1].map((place, index) => timeLabel(bars, place, index)),
    ),
    element('figcaption', {class: 'muted'}, label),
  );
}

function gridLine(part, most) {
  const y = yOf(part);
  return [
    shape('line', {class: 'grid', x1: LEFT, x2: WIDTH, y1: y, y2: y}),
    shape('text', {class: 'axis', x: LEFT - 6, y: y + 4, 'text-anchor': 'end'}, Number.isInteger(most * part) && count(most * part)),
  ];
}

function column(bar, place, places, most, unit) {
  const step = (WIDTH - LEFT) / places;
  const height = (bar.value / most) * (HEIGHT - BOTTOM - TOP);
  return shape(
    'rect',
    {
      class: 'bar',
      x: (LEFT + place * step + 1).toFixed(1),
      y: (HEIGHT - BOTTOM - height).toFixed(1),
      width: Math.max(1, step - 2).toFixed(1),
      height: height.toFixed(1),
      rx: 1.5,
    },
    shape('title', null, `${clock(bar.at)}: ${count(bar.value)} ${unit}`),
  );
}

function timeLabel(bars, place, index) {
  const x = LEFT + ((WIDTH - LEFT) * place) / Math.max(1, bars.length - 1);
  return shape('text', {class: 'axis', x, y: HEIGHT - 4, 'text-anchor': ['start', 'middle', 'end'][index]}, clock(bars[place].at));
}

function yOf(part) {
  return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
}

/** The next of 1, 2, 5, 10, 20, 50 … that is at least this. */
function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((nice) => nice >= value);
}

function clock(at) {
  return new Date(at).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'});
}
