import * as api from '../api.js';
import {element} from '../element.js';
import {Browser} from '../parts/browser.js';
import {button, linkButton} from '../parts/button.js';
import {confirmThen} from '../parts/dialog.js';
import {card, mono, page} from '../parts/layout.js';
import {emptyState} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';

export function streamsPage({redraw, refresh}) {
  const browser = new Browser(redraw);

  async function load() {
    const [streams, groups, webhooks] = await Promise.all([
      api.list('/streams'),
      api.list('/consumer_groups'),
      api.list('/webhooks'),
    ]);
    return streams.map((stream) => ({
      ...stream,
      groups: groups.filter((group) => group.stream === stream.name).length,
      webhooks: webhooks.filter((webhook) => webhook.stream === stream.name).length,
    }));
  }

  return {
    title: 'Streams',
    load,
    view: (streams) =>
      page(
        'Streams',
        {lead: 'Event tables that your applications may consume.', actions: streams.length > 0 ? [createButton()] : []},
        card(null, streams.length === 0 ? empty() : browser.view('streams', streams, ({name}) => name, (rows) => streamTable(rows, refresh))),
      ),
  };
}

function createButton() {
  return linkButton('Create Stream', address('streams', 'new'), 'primary');
}

function empty() {
  return emptyState('No Streams Found', 'A stream offers the events of an event table to consumer groups and webhooks.', createButton());
}

function streamTable(streams, refresh) {
  return table(
    'Streams',
    [
      {title: 'Name', cell: ({name}) => element('strong', null, name)},
      {title: 'Table', cell: (stream) => element('a', {class: 'mono', href: address('event_tables', stream.table)}, stream.table)},
      {title: 'Sort column', cell: (stream) => mono(stream.sort_column ?? 'seq')},
      {title: 'Consumer groups', class: 'number', cell: ({groups}) => groups},
      {title: 'Webhooks', class: 'number', cell: ({webhooks}) => webhooks},
      {title: '', class: 'row-actions', cell: (stream) => [addGroup(stream), removeButton(stream, refresh)]},
    ],
    streams,
    ({name}) => name,
  );
}

function addGroup({name}) {
  return linkButton('Create Consumer Group', address('consumer_groups', 'new', {stream: name}), 'small');
}

function removeButton({name}, refresh) {
  return button(
    'Remove',
    () =>
      confirmThen('Remove Stream?', `Nothing can consume ${name} any more. Its events stay in the event table.`, 'Remove', async () => {
        await api.remove(api.path('streams', name));
        await refresh();
      }),
    'small danger-text',
  );
}
