import * as api from '../api.js';
import {element} from '../element.js';
import {count, milliseconds} from '../format.js';
import {GroupStatuses} from '../group-statuses.js';
import {button, linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {code} from '../parts/copy.js';
import {blockedCard, deadCard, NO_DEAD, toastRedriven} from '../parts/delivery-cards.js';
import {confirmThen} from '../parts/dialog.js';
import {filtersTable} from '../parts/filters.js';
import {card, facts, figures, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {progressBar} from '../parts/progress.js';
import {openSeekDialog} from '../parts/seek-dialog.js';
import {notice} from '../parts/states.js';
import {toast} from '../parts/toast.js';
import {address, goTo} from '../router.js';
import * as session from '../session.js';

const MOST_UNDER_WAY = 1000;

export function consumerGroupPage({name, refresh}) {
  const statuses = new GroupStatuses();

  async function load() {
    const [[group], blocked, dead] = await Promise.all([
      api.get(path(name)).then((found) => statuses.complete([found])),
      api.list(path(name, 'blocked')),
      api.getOr(path(name, 'dead'), NO_DEAD),
    ]);
    return {group, status: group.status ?? {}, blocked, dead};
  }

  return {title: name, load, view: (data) => view(data, refresh)};
}

function view({group, status, blocked, dead}, refresh) {
  return page(
    group.name,
    {back: {href: address('consumer_groups'), title: 'Consumer Groups'}, actions: actions(group, refresh)},
    figures(
      ['State', chip(status.state)],
      ['Lag', count(status.lag)],
      ['In flight', count(status.in_flight)],
      ['Blocked keys', count(status.parked_keys)],
      ['Waiting receives', count(status.waiting)],
      ['Oldest unsettled', status.oldest_committed_at ? moment(status.oldest_committed_at) : '–'],
    ),
    status.error && notice('bad', 'Not Running', element('p', null, status.error)),
    card('Progress', progress(status)),
    blockedCard(blocked),
    deadCard(dead, (seq) => redrive(group, seq, refresh)),
    card('Receive, Ack, Nack', snippets(group.name)),
    card(
      'Configuration',
      facts(
        ['Stream', group.stream],
        ['Visibility timeout', milliseconds(group.ack_wait_ms)],
        ['Most in flight', count(group.max_ack_pending)],
        ['Most deliveries', group.max_deliver === null || group.max_deliver === undefined ? 'no limit' : count(group.max_deliver)],
        ['Grouped by', group.group_by?.length > 0 ? mono(group.group_by.join(', ')) : 'source row'],
      ),
      group.filters?.length > 0 && filtersTable(group.filters),
    ),
  );
}

function progress(status) {
  if (status.high_water === undefined) {
    return element('p', {class: 'muted'}, 'Nothing is known yet.');
  }
  const total = Number(status.high_water);
  const processed = Math.max(0, total - Number(status.lag ?? total - Number(status.cursor ?? 0)));
  return [
    progressBar({processed, inFlight: Number(status.in_flight ?? 0), total}),
    facts(['Cursor', mono(String(status.cursor))], ['Newest event', mono(String(status.high_water))]),
  ];
}

function actions(group, refresh) {
  return [
    group.paused ? button('Resume', () => change(group, 'resume', refresh)) : button('Pause', () => change(group, 'pause', refresh)),
    button('Seek', () => openSeekDialog(path(group.name, 'seek'), refresh)),
    linkButton('Edit', address('consumer_groups', group.name, 'edit')),
    button('Delete', () => confirmDelete(group), 'danger-text'),
  ];
}

async function change(group, verb, refresh) {
  await api.post(path(group.name, verb));
  await refresh();
}

async function redrive({name}, seq, refresh) {
  const {redriven} = await api.post(path(name, 'dead', 'redrive'), seq === undefined ? {} : {seqs: [seq]});
  const {data, count: total} = await api.get(path(name, 'dead'), {limit: MOST_UNDER_WAY});
  toastRedriven(redriven, Number(total) - data.filter((each) => each.redriven).length);
  await refresh();
}

function confirmDelete({name}) {
  confirmThen('Delete Consumer Group?', `The progress of ${name} is lost. The events stay.`, 'Delete', async () => {
    await api.remove(path(name));
    toast(`Consumer group ${name} is deleted.`);
    goTo('consumer_groups');
  });
}

function snippets(name) {
  const base = `${location.origin}/api${path(name)}`;
  return [
    element('p', {class: 'hint'}, 'The copies hold this tab’s token; what is shown does not.'),
    snippet('Receive', `curl -s '${base}/receive?batch_size=10&wait_for=5000' -H "Authorization: Bearer $WADI_TOKEN"`),
    snippet('Ack', `curl -s -X POST '${base}/ack' -H "Authorization: Bearer $WADI_TOKEN" -d '{"ack_ids":["…"]}'`),
    snippet('Nack', `curl -s -X POST '${base}/nack' -H "Authorization: Bearer $WADI_TOKEN" -d '{"ack_ids":["…"],"delay_ms":1000}'`),
  ];
}

function snippet(title, text) {
  return [element('h3', null, title), code(text, {copied: text.replace('$WADI_TOKEN', session.token()), language: 'sh'})];
}

function path(...parts) {
  return api.path('consumer_groups', ...parts);
}
