import * as api from '../api.js';
import {element} from '../element.js';
import {count} from '../format.js';
import {Browser} from '../parts/browser.js';
import {linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {card, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {emptyState} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';

export function pipelinesPage({redraw}) {
  const browser = new Browser(redraw);
  return {
    title: 'Change Capture Pipelines',
    load: () => api.list('/pipelines'),
    view: (pipelines) =>
      page(
        'Change Capture Pipelines',
        {actions: pipelines.length > 0 ? [createButton()] : []},
        card(null, pipelines.length === 0 ? empty() : browser.view('pipelines', pipelines, textOf, pipelineTable)),
      ),
  };
}

function createButton() {
  return linkButton('Create Change Capture Pipeline', address('pipelines', 'new'), 'primary');
}

function empty() {
  return emptyState(
    'No Change Capture Pipelines Found',
    'A Change Capture Pipeline captures all of a table’s insert, update and delete events and stores them in an event table.',
    createButton(),
  );
}

function textOf(pipeline) {
  return `${pipeline.name} ${pipeline.source?.table} ${pipeline.destination?.table}`;
}

function pipelineTable(pipelines) {
  return table(
    'Change Capture Pipelines',
    [
      {title: 'Name', cell: ({name}) => element('a', {href: address('pipelines', name)}, name)},
      {title: 'State', cell: ({status}) => chip(status?.state)},
      {title: 'Source', cell: ({source}) => mono(source?.table)},
      {title: 'Destination', cell: ({destination}) => mono(destination?.table)},
      {title: 'Events', class: 'number', cell: ({status}) => count(status?.events)},
      {title: 'Last committed', cell: ({status}) => moment(status?.last_committed_at)},
    ],
    pipelines,
    ({name}) => name,
  );
}
