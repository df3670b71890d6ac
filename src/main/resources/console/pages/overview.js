import * as api from '../api.js';
import {element} from '../element.js';
import {bytes, count, milliseconds, several} from '../format.js';
import {GroupStatuses} from '../group-statuses.js';
import {barChart} from '../parts/chart.js';
import {chip} from '../parts/chip.js';
import {linkButton} from '../parts/button.js';
import {gapsCard} from '../parts/gaps-card.js';
import {card, figures, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {emptyState, notice} from '../parts/states.js';
import {table} from '../parts/table.js';
import {address} from '../router.js';
import {Throughput} from '../throughput.js';

const STUCK = ['error', 'paused', 'disabled', 'failing'];
const OUTAGE = [503, 504];
const throughput = new Throughput();
const groupStatuses = new GroupStatuses();

export function overviewPage({refresh}) {
  return {title: 'Overview', load, view: (data) => view(data, refresh)};
}

/** Health is told without a database; what needs one may be missing for a while. */
async function load() {
  const failures = new Set();
  const [health, eventTables, pipelines, groups, webhooks, gaps] = await Promise.all([
    api.get('/health'),
    listOrNull('/event_tables', failures),
    listOrNull('/pipelines', failures),
    listOrNull('/consumer_groups', failures).then((found) => found && groupStatuses.complete(found)),
    listOrNull('/webhooks', failures),
    listOrNull('/gaps', failures),
  ]);
  fillChart(eventTables);
  return {health, eventTables, pipelines, groups, webhooks, gaps, failures};
}

async function listOrNull(path, failures) {
  try {
    return await api.list(path);
  } catch (error) {
    if (!OUTAGE.includes(error.status)) {
      throw error;
    }
    failures.add(error.message);
    return null;
  }
}

/** The page does not wait for what the chart is filled with at first. */
async function fillChart(eventTables) {
  try {
    await (eventTables && throughput.add(eventTables));
  } catch (error) {
    if (error.status === undefined) {
      throw error;
    }
  }
}

function view({health, eventTables, pipelines, groups, webhooks, gaps, failures}, refresh) {
  return page(
    'Overview',
    {lead: 'Is everything flowing?'},
    figures(
      ['Capture', chip(health.capture)],
      ['Lag', lag(pipelines ?? [])],
      ['Events per minute', count(perMinute(pipelines))],
      ['Position', mono(health.position ?? '–')],
    ),
    failures.size > 0 && outage(health, failures),
    card('Needs Attention', attention(health, {eventTables, pipelines, groups, webhooks}, failures)),
    gapsCard((gaps ?? []).filter((gap) => gap.closed_at === null), refresh),
    card('Events', barChart('Events stored, every ten seconds over ten minutes', throughput.bars(), 'events')),
    card('Change Capture Pipelines', pipelines === null ? notKnown() : pipelines.length === 0 ? firstStep() : pipelineTable(pipelines)),
  );
}

function outage(health, failures) {
  return notice(
    'bad',
    'Not Everything Is Known',
    element('p', null, captureState(health)),
    [...failures].map((text) => element('p', null, text)),
  );
}

function captureState({capture, reason}) {
  return `Capture is ${capture}${reason ? `: ${reason}` : ''}`;
}

function notKnown() {
  return element('p', {class: 'muted'}, 'Not known now.');
}

/** Null where no pipeline tells it. */
function perMinute(pipelines) {
  return pipelines && pipelines.reduce((sum, {status}) => sum + Number(status?.events_per_minute ?? 0), 0);
}

function lag(pipelines) {
  const known = pipelines.map(({status}) => status?.lag_ms).filter((value) => value !== undefined && value !== null);
  const size = pipelines.map(({status}) => status?.lag_bytes).filter((value) => value !== undefined && value !== null);
  if (known.length === 0 && size.length === 0) {
    return '–';
  }
  const behind = known.length > 0 ? milliseconds(Math.max(...known)) : '';
  return [behind, size.length > 0 ? bytes(Math.max(...size)) : ''].filter(Boolean).join(' · ');
}

function attention(health, {eventTables, pipelines, groups, webhooks}, failures) {
  const found = [
    !health.ok && item('Capture', `is ${health.capture}${health.reason ? `: ${health.reason}` : ''}`),
    ...(eventTables ?? []).filter((each) => each.valid === false).map((each) => item(each.table, each.problems.join('; '), address('event_tables', each.table))),
    ...(pipelines ?? []).filter(isTroubled).map((each) => item(each.name, pipelineTrouble(each), address('pipelines', each.name))),
    ...(groups ?? []).filter(isStuck).map((each) => item(each.name, groupTrouble(each), address('consumer_groups', each.name))),
    ...(webhooks ?? []).filter(isStuck).map((each) => item(each.name, groupTrouble(each), address('webhooks', each.name))),
  ].filter(Boolean);
  if (found.length > 0) {
    return element('ul', {class: 'attention'}, found);
  }
  return failures.size > 0 ? notKnown() : element('p', {class: 'all-well'}, 'Nothing. Everything that is set up runs.');
}

function item(name, text, href) {
  return element('li', {key: `${name} ${text}`}, href ? element('a', {href}, name) : element('strong', null, name), ' ', text);
}

function isTroubled({status}) {
  return status && (['error', 'paused', 'waiting'].includes(status.state) || status.state.startsWith('slot_') || status.quarantined > 0 || status.warnings?.length > 0);
}

function pipelineTrouble({status}) {
  const facts = [
    status.state !== 'streaming' && `is ${status.state}${status.reason ? `: ${status.reason}` : ''}`,
    status.quarantined > 0 && `has ${several(status.quarantined, 'change')} in quarantine`,
    status.warnings?.length > 0 && `has ${several(status.warnings.length, 'warning')}`,
  ];
  return facts.filter(Boolean).join(', ');
}

function isStuck({status}) {
  return status && (STUCK.includes(status.state) || (status.parked_keys ?? status.blocked_keys) > 0);
}

function groupTrouble({status}) {
  const blocked = status.parked_keys ?? status.blocked_keys;
  const why = status.error ?? status.reason;
  const facts = [
    STUCK.includes(status.state) && `is ${status.state}${why ? `: ${why}` : ''}`,
    blocked > 0 && `has ${several(blocked, 'blocked key')}`,
  ];
  return facts.filter(Boolean).join(', ');
}

function firstStep() {
  return emptyState(
    'No Change Capture Pipelines Yet',
    'A pipeline captures every insert, update and delete of a table and stores them in an event table.',
    linkButton('Create Change Capture Pipeline', address('pipelines', 'new'), 'primary'),
  );
}

function pipelineTable(pipelines) {
  const busiest = [...pipelines].sort((a, b) => Number(b.status?.events_per_minute ?? 0) - Number(a.status?.events_per_minute ?? 0)).slice(0, 10);
  return [
    table(
      'Busiest pipelines',
      [
        {title: 'Name', cell: ({name}) => element('a', {href: address('pipelines', name)}, name)},
        {title: 'State', cell: ({status}) => chip(status?.state)},
        {title: 'Events', class: 'number', cell: ({status}) => count(status?.events)},
        {title: 'Last committed', cell: ({status}) => moment(status?.last_committed_at)},
      ],
      busiest,
      ({name}) => name,
    ),
    pipelines.length > busiest.length && notice('info', null, element('a', {href: address('pipelines')}, `All ${several(pipelines.length, 'pipeline')}`)),
  ];
}
