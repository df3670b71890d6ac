import * as api from '../api.js';
import {element} from '../element.js';
import {count, milliseconds} from '../format.js';
import {Browser} from '../parts/browser.js';
import {chip} from '../parts/chip.js';
import {card, mono, page} from '../parts/layout.js';
import {emptyState} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';

export function routesPage({redraw}) {
  const browser = new Browser(redraw);
  return {
    title: 'Routes',
    load: () => api.list('/routes'),
    view: (routes) =>
      page(
        'Routes',
        {lead: 'Every Camel route that runs in this Wadi, as its file describes it.'},
        card(null, routes.length === 0 ? emptyState('No Routes', 'This Wadi does not tell its routes.') : browser.view('routes', flowsFirst(routes), textOf, routeTable)),
      ),
  };
}

/** Those that carry data before those that serve API and console. */
function flowsFirst(routes) {
  return [...routes].sort((a, b) => Number(a.serves) - Number(b.serves));
}

function textOf({name, description}) {
  return `${name} ${description}`;
}

function routeTable(routes) {
  return table(
    'Routes',
    [
      {title: 'Name', cell: ({name}) => element('a', {href: address('routes', name)}, name)},
      {title: 'State', cell: ({state}) => chip(state)},
      {title: 'Description', class: 'wide', cell: ({description}) => description},
      {title: 'From', cell: ({from}) => mono(from)},
      {title: 'Exchanges', class: 'number', cell: ({exchanges}) => count(exchanges)},
      {title: 'Failures', class: 'number', cell: ({failures}) => count(failures)},
      {title: 'Mean', class: 'number', cell: ({mean_ms: mean}) => milliseconds(mean)},
    ],
    routes,
    ({name}) => name,
  );
}
