import {shape} from '../element.js';

/** Paths on a field of 20 by 20. */
const PATHS = {
  overview: 'M3 11h4l2-6 3 10 2-4h3',
  pipelines: 'M3 5h5a3 3 0 0 1 3 3v4a3 3 0 0 0 3 3h3M14 12l3 3-3 3',
  event_tables: 'M3 4h14v12H3zM3 8h14M8 8v8',
  streams: 'M2 7c3-3 5 3 8 0s5 3 8 0M2 13c3-3 5 3 8 0s5 3 8 0',
  consumer_groups: 'M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-4 10-4 10 0M13 9a2.5 2.5 0 1 0-1-4.800M14 12.500c2.500 0 4 1.500 4 4',
  webhooks: 'M10 3v7M6 6l4-4 4 4M4 10v7h12v-7',
  routes: 'M5 5a1.500 1.500 0 1 0 .1 0M15 15a1.500 1.500 0 1 0 .1 0M6.500 6.500h6a2.500 2.500 0 0 1 0 5h-5a2.500 2.500 0 0 0 0 5h6',
  settings: 'M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4',
  log_out: 'M8 4H4v12h4M11 7l4 3-4 3M15 10H8',
};

export function icon(name) {
  return shape(
    'svg',
    {viewBox: '0 0 20 20', width: '18', height: '18', 'aria-hidden': 'true', class: 'icon'},
    shape('path', {d: PATHS[name]}),
  );
}
