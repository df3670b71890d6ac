import * as api from '../api.js';
import {element} from '../element.js';
import {count, milliseconds} from '../format.js';
import {button} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {confirmThen} from '../parts/dialog.js';
import {card, figures, page} from '../parts/layout.js';
import {routeDiagram} from '../parts/route-diagram.js';
import {notice} from '../parts/states.js';
import {address} from '../router.js';

export function routePage({name, refresh}) {
  return {
    title: name,
    load: () => api.get(path(name)),
    view: (route) =>
      page(
        route.name,
        {lead: route.description, back: {href: address('routes'), title: 'Routes'}, actions: actions(route, refresh)},
        figures(
          ['State', chip(route.state)],
          ['Exchanges', count(route.exchanges)],
          ['Failures', count(route.failures)],
          ['In flight', count(route.in_flight)],
          ['Mean', milliseconds(route.mean_ms)],
          ['Longest', milliseconds(route.max_ms)],
        ),
        route.note && notice('info', 'Note', element('p', null, route.note)),
        card('Diagram', routeDiagram(route)),
      ),
  };
}

function actions(route, refresh) {
  if (!route.stoppable) {
    return [];
  }
  return route.state === 'started' ? [button('Stop', () => confirmStop(route, refresh))] : [button('Start', () => change(route, 'start', refresh), 'primary')];
}

function confirmStop(route, refresh) {
  confirmThen('Stop Route?', `${route.name} does nothing until it is started again, or Wadi is.`, 'Stop', () => change(route, 'stop', refresh));
}

async function change(route, verb, refresh) {
  await api.post(path(route.name, verb));
  await refresh();
}

function path(...parts) {
  return api.path('routes', ...parts);
}
