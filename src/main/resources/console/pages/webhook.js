import * as api from '../api.js';
import {element} from '../element.js';
import {count, milliseconds} from '../format.js';
import {button, linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {code} from '../parts/copy.js';
import {blockedCard, deadCard} from '../parts/delivery-cards.js';
import {confirmThen, dialogActions, openDialog} from '../parts/dialog.js';
import {filtersTable} from '../parts/filters.js';
import {card, facts, figures, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {progressBar} from '../parts/progress.js';
import {showSecret} from '../parts/secret-dialog.js';
import {emptyState, notice} from '../parts/states.js';
import {table} from '../parts/table.js';
import {toast} from '../parts/toast.js';
import {compact, pretty} from '../json.js';
import {address, goTo} from '../router.js';

export function webhookPage({name, refresh}) {
  async function load() {
    const [webhook, attempts, blocked, dead] = await Promise.all([
      api.get(path(name)),
      api.list(path(name, 'attempts')),
      api.list(path(name, 'blocked')),
      api.list(path(name, 'dead')),
    ]);
    return {webhook, attempts, blocked, dead};
  }

  return {title: name, load, view: (data) => view(data, refresh)};
}

function view({webhook, attempts, blocked, dead}, refresh) {
  const status = webhook.status ?? {};
  return page(
    webhook.name,
    {back: {href: address('webhooks'), title: 'Webhooks'}, actions: actions(webhook, refresh)},
    figures(
      ['State', chip(status.state)],
      ['Lag', count(status.lag)],
      ['In flight', count(status.in_flight)],
      ['Blocked keys', count(status.parked_keys)],
      ['Last success', moment(status.last_success_at)],
    ),
    (status.error || status.last_error) && notice('bad', 'Last Error', element('p', null, status.error ?? status.last_error)),
    status.high_water !== undefined && card('Progress', progressOf(status)),
    card('Attempts', attempts.length === 0 ? noAttempts() : attemptTable(attempts, webhook, refresh)),
    blockedCard(blocked),
    deadCard(dead, path(webhook.name), refresh, 'redeliver'),
    card(
      'Configuration',
      facts(
        ['Stream', webhook.stream],
        ['URL', mono(webhook.url)],
        ['Batch size', count(webhook.batch_size)],
        ['Request timeout', milliseconds(webhook.timeout_ms)],
        ['Most requests at a time', count(webhook.max_concurrency)],
        ['Most attempts', webhook.max_deliver ? count(webhook.max_deliver) : 'no limit'],
        ...Object.entries(webhook.headers ?? {}).map(([header, value]) => [header, mono(String(value ?? '•••'))]),
      ),
      webhook.filters?.length > 0 && filtersTable(webhook.filters),
    ),
  );
}

function progressOf(status) {
  const total = Number(status.high_water);
  return progressBar({processed: Math.max(0, total - Number(status.lag ?? 0)), inFlight: Number(status.in_flight ?? 0), total});
}

function noAttempts() {
  return emptyState('No Attempts Yet', 'Send a test, or change a row: each request and its reply appear here.');
}

function attemptTable(attempts, webhook, refresh) {
  return table(
    'Attempts',
    [
      {title: 'When', cell: (each) => moment(each.at ?? each.attempted_at ?? each.started_at ?? each.created_at)},
      {title: 'Outcome', cell: (each) => chip(each.outcome ?? (each.error ? 'failed' : 'delivered'))},
      {title: 'Status', class: 'number', cell: (each) => mono(String(each.status ?? each.status_code ?? '–'))},
      {title: 'Took', class: 'number', cell: (each) => milliseconds(each.latency_ms ?? each.duration_ms)},
      {title: 'Seq', class: 'number', cell: (each) => mono(seqs(each))},
      {title: 'Reply or error', class: 'wide', cell: (each) => element('code', {class: 'clipped'}, replyOf(each))},
      {title: '', class: 'row-actions', cell: (each) => button('Show', () => openAttempt(each, webhook, refresh), 'small')},
    ],
    attempts,
    (each) => String(each.id ?? compact(each)),
  );
}

function openAttempt(attempt, webhook, refresh) {
  const first = attempt.seq ?? attempt.first_seq ?? attempt.seqs?.[0];
  openDialog(
    'Attempt',
    (dialog) => [
      element('p', {class: 'hint'}, 'What was sent, and what came back.'),
      code(pretty(attempt)),
      dialogActions(
        first !== undefined && first !== null && button('Redeliver', async () => {
          await api.post(path(webhook.name, 'redeliver'), {seqs: [first]});
          dialog.close();
          await refresh();
        }),
        button('Close', dialog.close),
      ),
    ],
    {wide: true},
  );
}

function actions(webhook, refresh) {
  const isRunning = !['paused', 'disabled'].includes(webhook.status?.state);
  return [
    button('Send Test', () => test(webhook, refresh)),
    isRunning ? button('Pause', () => change(webhook, 'pause', refresh)) : button('Resume', () => change(webhook, 'resume', refresh)),
    button('Rotate Secret', () => confirmRotate(webhook)),
    linkButton('Edit', address('webhooks', webhook.name, 'edit')),
    button('Delete', () => confirmDelete(webhook), 'danger-text'),
  ];
}

async function test(webhook, refresh) {
  const answer = await api.post(path(webhook.name, 'test'));
  const isTaken = answer?.success ?? !answer?.error;
  toast(isTaken ? 'The endpoint took the test.' : `The endpoint did not take the test: ${answer.error ?? answer.status}`, isTaken ? 'good' : 'bad');
  await refresh();
}

async function change(webhook, verb, refresh) {
  await api.post(path(webhook.name, verb));
  await refresh();
}

function confirmRotate({name}) {
  confirmThen('Rotate Secret?', `${name} is signed with both secrets for a day, then with the new one only.`, 'Rotate', async () => {
    const answer = await api.post(path(name, 'rotate_secret'));
    showSecret('New Signing Secret', answer?.secret);
  });
}

function confirmDelete({name}) {
  confirmThen('Delete Webhook?', `The progress and the attempts of ${name} are lost. The events stay.`, 'Delete', async () => {
    await api.remove(path(name));
    toast(`Webhook ${name} is deleted.`);
    goTo('webhooks');
  });
}

function seqs(attempt) {
  const list = attempt.seqs ?? [attempt.seq ?? attempt.first_seq].filter((each) => each !== undefined && each !== null);
  return list.length > 3 ? `${list[0]} … ${list.at(-1)}` : list.join(', ') || '–';
}

function replyOf(attempt) {
  return String(attempt.error ?? attempt.excerpt ?? attempt.response_body ?? attempt.body ?? '');
}

function path(...parts) {
  return api.path('webhooks', ...parts);
}
