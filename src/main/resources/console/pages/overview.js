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
const throughput = new Throughput();
const groupStatuses = new GroupStatuses();

export function overviewPage({refresh}) {
  return {title: 'Overview', load, view: (data) => view(data, refresh)};
}

async function load() {
  const [health, eventTables, pipelines, groups, webhooks, gaps] = await Promise.all([
    api.get('/health'),
    api.list('/event_tables'),
    api.list('/pipelines'),
    api.list('/consumer_groups').then((found) => groupStatuses.complete(found)),
    api.list('/webhooks'),
    api.list('/gaps'),
  ]);
  await throughput.add(eventTables);
  return {health, eventTables, pipelines, groups, webhooks, gaps: gaps.filter((gap) => gap.closed_at === null)};
}

function view({health, eventTables, pipelines, groups, webhooks, gaps}, refresh) {
  return page(
    'Overview',
    {lead: 'Is everything flowing?'},
    figures(
      ['Capture', chip(health.capture)],
      ['Lag', lag(pipelines)],
      ['Events per minute', count(throughput.perMinute())],
      ['Position', mono(health.position ?? '–')],
    ),
    card('Needs Attention', attention(health, eventTables, pipelines, groups, webhooks)),
    gapsCard(gaps, refresh),
    card('Events', barChart('Events stored, every ten seconds over ten minutes', throughput.bars(), 'events')),
    card('Change Capture Pipelines', pipelines.length === 0 ? firstStep() : pipelineTable(pipelines)),
  );
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

function attention(health, eventTables, pipelines, groups, webhooks) {
  const found = [
    !health.ok && item('Capture', `is ${health.capture}${health.reason ? `: ${health.reason}` : ''}`),
    ...eventTables.filter((each) => each.valid === false).map((each) => item(each.table, each.problems.join('; '), address('event_tables', each.table))),
    ...pipelines.filter(isTroubled).map((each) => item(each.name, pipelineTrouble(each), address('pipelines', each.name))),
    ...groups.filter(isStuck).map((each) => item(each.name, groupTrouble(each), address('consumer_groups', each.name))),
    ...webhooks.filter(isStuck).map((each) => item(each.name, groupTrouble(each), address('webhooks', each.name))),
  ].filter(Boolean);
  return found.length === 0
    ? element('p', {class: 'all-well'}, 'Nothing. Everything that is set up runs.')
    : element('ul', {class: 'attention'}, found);
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
