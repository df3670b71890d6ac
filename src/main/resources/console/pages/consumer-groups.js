import * as api from '../api.js';
import {element} from '../element.js';
import {count} from '../format.js';
import {GroupStatuses} from '../group-statuses.js';
import {Browser} from '../parts/browser.js';
import {linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {card, page} from '../parts/layout.js';
import {emptyState} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';

export function consumerGroupsPage({redraw}) {
  const browser = new Browser(redraw);
  const statuses = new GroupStatuses();

  async function load() {
    const [groups, streams] = await Promise.all([
      api.list('/consumer_groups').then((found) => statuses.complete(found)),
      api.list('/streams'),
    ]);
    return {groups, streams};
  }

  return {
    title: 'Consumer Groups',
    load,
    view: ({groups, streams}) =>
      page(
        'Consumer Groups',
        {
          lead: 'Named readers of a stream, each with its own progress, that pull messages over HTTP.',
          actions: groups.length > 0 ? [createButton()] : [],
        },
        card(null, groups.length === 0 ? empty(streams) : browser.view('consumer groups', groups, ({name, stream}) => `${name} ${stream}`, groupTable)),
      ),
  };
}

function createButton() {
  return linkButton('Create Consumer Group', address('consumer_groups', 'new'), 'primary');
}

function empty(streams) {
  return streams.length === 0
    ? emptyState('First, You Need to Create a Stream', 'A consumer group reads a stream.', linkButton('Create Stream', address('streams', 'new'), 'primary'))
    : emptyState('No Consumer Groups', 'A consumer group hands the events of a stream to your workers: in order per row, at least once.', createButton());
}

function groupTable(groups) {
  return table(
    'Consumer Groups',
    [
      {title: 'Name', cell: ({name}) => element('a', {href: address('consumer_groups', name)}, name)},
      {title: 'State', cell: ({status}) => chip(status?.state)},
      {title: 'Stream', cell: ({stream}) => stream},
      {title: 'Lag', class: 'number', cell: ({status}) => count(status?.lag)},
      {title: 'In flight', class: 'number', cell: ({status}) => count(status?.in_flight)},
      {title: 'Blocked keys', class: 'number', cell: ({status}) => count(status?.parked_keys)},
    ],
    groups,
    ({name}) => name,
  );
}
