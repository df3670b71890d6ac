import {element, shape} from '../element.js';
import {count} from '../format.js';

/** How far a consumer group is: what it processed, what is out, what is to come. */
export function progressBar({processed, inFlight, total}) {
  const whole = Math.max(1, total);
  const done = Math.min(100, (processed / whole) * 100);
  const out = Math.min(100 - done, (inFlight / whole) * 100);
  return element(
    'div',
    {class: 'progress'},
    shape(
      'svg',
      {viewBox: '0 0 100 4', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${count(processed)} of ${count(total)} processed`},
      shape('rect', {class: 'to-process', x: 0, y: 0, width: 100, height: 4}),
      shape('rect', {class: 'processed', x: 0, y: 0, width: done.toFixed(2), height: 4}),
      shape('rect', {class: 'processing', x: done.toFixed(2), y: 0, width: out.toFixed(2), height: 4}),
    ),
    element(
      'div',
      {class: 'progress-legend'},
      element('span', {class: 'legend processed'}, `Processed ${count(processed)}`),
      element('span', {class: 'legend processing'}, `In flight ${count(inFlight)}`),
      element('span', {class: 'legend to-process'}, `To process ${count(Math.max(0, total - processed - inFlight))}`),
    ),
  );
}
