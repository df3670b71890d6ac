import * as api from '../api.js';
import {element} from '../element.js';
import {EventTail} from '../event-tail.js';
import {bytes, count, milliseconds} from '../format.js';
import {backfillCard} from '../parts/backfill-card.js';
import {button, linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {code} from '../parts/copy.js';
import {confirmThen} from '../parts/dialog.js';
import {eventList} from '../parts/event-list.js';
import {filtersTable} from '../parts/filters.js';
import {card, facts, figures, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {quarantineCard} from '../parts/quarantine-card.js';
import {emptyState, notice} from '../parts/states.js';
import {toast} from '../parts/toast.js';
import {warnings} from '../parts/warnings.js';
import {address, goTo} from '../router.js';
import {fullName} from '../table-name.js';

export function pipelinePage({name, refresh}) {
  let tail;

  async function load() {
    const [pipeline, quarantined, eventTables, streams] = await Promise.all([
      api.get(path(name)),
      api.list('/quarantine', {pipeline: name}),
      api.list('/event_tables'),
      api.list('/streams'),
    ]);
    const destination = fullName(pipeline.destination.table);
    const eventTable = eventTables.find(({table}) => table === destination);
    tail ??= new EventTail(destination, singleTable(pipeline));
    const events = eventTable ? await tail.read(eventTable.last_id) : [];
    const stream = streams.find(({table}) => table === destination);
    return {pipeline, destination, quarantined, events, isPartial: tail.isPartial, stream};
  }

  return {title: name, load, view: (data) => view(data, refresh)};
}

function view({pipeline, destination, quarantined, events, isPartial, stream}, refresh) {
  const status = pipeline.status ?? {};
  return page(
    pipeline.name,
    {back: {href: address('pipelines'), title: 'Change Capture Pipelines'}, actions: actions(pipeline, refresh)},
    figures(
      ['State', chip(status.state)],
      ['Lag', lag(status)],
      ['Events', count(status.events)],
      status.events_per_minute !== undefined && ['Events per minute', count(status.events_per_minute)],
      ['Last committed', moment(status.last_committed_at)],
      status.kept > 0 && ['Kept while paused', count(status.kept)],
      status.quarantined > 0 && ['In quarantine', count(status.quarantined)],
    ),
    status.reason && notice('bad', 'Not Streaming', element('p', null, status.reason)),
    warnings(status.warnings),
    quarantineCard(pipeline.name, quarantined, refresh),
    card(
      'Details',
      facts(
        ['Source table', mono(pipeline.source.table)],
        ['Operations', (pipeline.actions ?? []).map(chip)],
        ['Destination table', element('a', {class: 'mono', href: address('event_tables', destination)}, destination)],
        ['Stream', streamOf(destination, stream)],
      ),
      element('h3', null, 'Column Filters'),
      filtersTable(pipeline.filters),
    ),
    backfillCard(pipeline, refresh),
    card(
      'Latest Events',
      isPartial && element('p', {class: 'hint'}, `Searching ${destination} for older events took too long; those that come from now on appear here.`),
      events.length > 0 ? eventList(destination, events) : nothing(pipeline, isPartial),
    ),
    pipeline.file && card('Route File', element('p', {class: 'hint'}, `routes/pipelines/${pipeline.name}.camel.yaml`), code(pipeline.file, {language: 'yaml'})),
  );
}

function nothing(pipeline, isPartial) {
  return emptyState(isPartial ? 'No New Events' : 'No Events Yet', `Change a row of ${pipeline.source.table}; its event appears here within a moment.`);
}

function actions(pipeline, refresh) {
  const isPaused = ['paused'].includes(pipeline.status?.state);
  return [
    isPaused
      ? button('Resume', () => change(pipeline, 'resume', refresh))
      : button('Pause', () => change(pipeline, 'pause', refresh)),
    linkButton('Edit', address('pipelines', pipeline.name, 'edit')),
    button('Delete', () => confirmDelete(pipeline), 'danger-text'),
  ];
}

async function change(pipeline, verb, refresh) {
  await api.post(path(pipeline.name, verb));
  await refresh();
}

function confirmDelete(pipeline) {
  confirmThen(
    'Are you sure you want to delete this Change Capture Pipeline?',
    `This action cannot be undone. The events in ${pipeline.destination.table} stay.`,
    'Delete',
    async () => {
      await api.remove(path(pipeline.name));
      toast(`Pipeline ${pipeline.name} is deleted.`);
      goTo('pipelines');
    },
  );
}

function streamOf(destination, stream) {
  return stream
    ? element('a', {href: address('streams')}, stream.name)
    : linkButton('Create Stream', address('streams', 'new', {table: destination}), 'small');
}

function lag(status) {
  const known = [
    status.lag_ms !== undefined && status.lag_ms !== null && milliseconds(status.lag_ms),
    status.lag_bytes !== undefined && status.lag_bytes !== null && bytes(status.lag_bytes),
  ].filter(Boolean);
  return known.join(' · ') || '–';
}

/** The source table, unless the pipeline names several or a pattern. */
function singleTable({source}) {
  return /[,*%?]/.test(source.table) ? null : source.table;
}

function path(...parts) {
  return api.path('pipelines', ...parts);
}
