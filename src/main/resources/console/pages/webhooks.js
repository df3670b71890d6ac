import * as api from '../api.js';
import {element} from '../element.js';
import {count} from '../format.js';
import {Browser} from '../parts/browser.js';
import {linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {card, mono, page} from '../parts/layout.js';
import {emptyState} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';

export function webhooksPage({redraw}) {
  const browser = new Browser(redraw);

  async function load() {
    const [webhooks, streams] = await Promise.all([api.list('/webhooks'), api.list('/streams')]);
    return {webhooks, streams};
  }

  return {
    title: 'Webhooks',
    load,
    view: ({webhooks, streams}) =>
      page(
        'Webhooks',
        {lead: 'Your endpoints, to which Wadi posts the events of a stream.', actions: webhooks.length > 0 ? [createButton()] : []},
        card(null, webhooks.length === 0 ? empty(streams) : browser.view('webhooks', webhooks, ({name, url}) => `${name} ${url}`, webhookTable)),
      ),
  };
}

function createButton() {
  return linkButton('Create Webhook', address('webhooks', 'new'), 'primary');
}

function empty(streams) {
  return streams.length === 0
    ? emptyState('First, You Need to Create a Stream', 'A webhook posts the events of a stream.', linkButton('Create Stream', address('streams', 'new'), 'primary'))
    : emptyState('No Webhooks', 'A webhook posts each event of a stream to your endpoint: signed, in order per row, until it is taken.', createButton());
}

function webhookTable(webhooks) {
  return table(
    'Webhooks',
    [
      {title: 'Name', cell: ({name}) => element('a', {href: address('webhooks', name)}, name)},
      {title: 'State', cell: ({status}) => chip(status?.state)},
      {title: 'Stream', cell: ({stream}) => stream},
      {title: 'URL', class: 'wide', cell: ({url}) => mono(url)},
      {title: 'Lag', class: 'number', cell: ({status}) => count(status?.lag)},
    ],
    webhooks,
    ({name}) => name,
  );
}
