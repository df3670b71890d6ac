import * as api from '../api.js';
import {element} from '../element.js';
import {count, milliseconds} from '../format.js';
import {button, linkButton} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {code} from '../parts/copy.js';
import {deadCard, NO_DEAD, toastRedriven} from '../parts/delivery-cards.js';
import {confirmThen, dialogActions, openDialog} from '../parts/dialog.js';
import {filtersTable} from '../parts/filters.js';
import {card, facts, figures, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {openSeekDialog} from '../parts/seek-dialog.js';
import {showSecret} from '../parts/secret-dialog.js';
import {emptyState, notice} from '../parts/states.js';
import {table} from '../parts/table.js';
import {toast} from '../parts/toast.js';
import {address, goTo} from '../router.js';

export function webhookPage({name, refresh}) {
  async function load() {
    const [webhook, attempts, dead] = await Promise.all([
      api.get(path(name)),
      api.list(path(name, 'attempts')),
      api.getOr(path(name, 'dead'), NO_DEAD),
    ]);
    return {webhook, attempts, dead};
  }

  return {title: name, load, view: (data) => view(data, refresh)};
}

function view({webhook, attempts, dead}, refresh) {
  const status = webhook.status ?? {};
  return page(
    webhook.name,
    {back: {href: address('webhooks'), title: 'Webhooks'}, actions: actions(webhook, refresh)},
    figures(
      ['State', chip(status.state)],
      ['Lag', count(status.lag)],
      ['In flight', count(status.in_flight)],
      ['Blocked keys', count(status.blocked_keys)],
      ['Oldest unsettled', moment(status.oldest_committed_at)],
      status.paused_ms > 0 && ['Rests for', milliseconds(status.paused_ms)],
    ),
    status.reason && notice('bad', 'Disabled', element('p', null, status.reason)),
    webhook.previous_secret_until && notice('info', 'Two Secrets', element('p', null, 'Requests are signed with the old secret, too, until ', moment(webhook.previous_secret_until), '.')),
    card('Attempts', attempts.length === 0 ? noAttempts() : attemptTable(attempts)),
    deadCard(dead, (seq) => redeliver(webhook, seq, refresh)),
    card(
      'Configuration',
      facts(
        ['Stream', webhook.stream],
        ['URL', mono(webhook.url)],
        ['Batch size', count(webhook.batch_size)],
        ['Request timeout', milliseconds(webhook.timeout_ms)],
        ['Most requests at a time', count(webhook.max_concurrency)],
        ['Most attempts', webhook.max_deliver ? count(webhook.max_deliver) : 'no limit'],
        ['Format', webhook.format],
        webhook.headers.length > 0 && ['Headers', mono(webhook.headers.join(', '))],
      ),
      webhook.filters?.length > 0 && filtersTable(webhook.filters),
    ),
  );
}

function noAttempts() {
  return emptyState('No Attempts Yet', 'Send a test, or change a row: each request and its reply appear here.');
}

function attemptTable(attempts) {
  return table(
    'Attempts',
    [
      {title: 'When', cell: ({at}) => moment(at)},
      {title: 'Outcome', cell: ({error}) => chip(error ? 'failed' : 'delivered')},
      {title: 'Status', class: 'number', cell: ({status}) => mono(status > 0 ? String(status) : '–')},
      {title: 'Took', class: 'number', cell: ({latency_ms: took}) => milliseconds(took)},
      {title: 'Seq', class: 'number', cell: ({first_seq: seq}) => mono(String(seq))},
      {title: 'Messages', class: 'number', cell: ({messages}) => count(messages)},
      {title: 'Delivery', class: 'number', cell: ({deliver_count: deliveries}) => count(deliveries)},
      {title: 'Reply or error', class: 'wide', cell: ({error, excerpt}) => element('code', {class: 'clipped'}, error ?? excerpt ?? '')},
      {title: '', class: 'row-actions', cell: (each) => button('Show', () => openAttempt(each), 'small')},
    ],
    attempts,
    ({message_id: id, at}) => `${id} ${at}`,
  );
}

function openAttempt(attempt) {
  openDialog(
    'Attempt',
    (dialog) => [
      facts(
        ['Message id', mono(attempt.message_id)],
        ['When', moment(attempt.at)],
        ['First seq', mono(String(attempt.first_seq))],
        ['Messages', count(attempt.messages)],
        ['Delivery', count(attempt.deliver_count)],
        ['Status', mono(attempt.status > 0 ? String(attempt.status) : 'no answer')],
        ['Took', milliseconds(attempt.latency_ms)],
      ),
      attempt.error && notice('bad', 'Error', element('p', null, attempt.error)),
      element('h3', null, 'Reply'),
      attempt.excerpt ? code(attempt.excerpt) : element('p', {class: 'muted'}, 'Empty.'),
      dialogActions(button('Close', dialog.close)),
    ],
    {wide: true},
  );
}

function actions(webhook, refresh) {
  const isRunning = !['paused', 'disabled'].includes(webhook.status?.state);
  return [
    button('Send Test', () => test(webhook, refresh)),
    isRunning ? button('Pause', () => change(webhook, 'pause', refresh)) : button('Resume', () => change(webhook, 'resume', refresh)),
    button('Seek', () => openSeekDialog(path(webhook.name, 'seek'), refresh)),
    button('Rotate Secret', () => confirmRotate(webhook)),
    linkButton('Edit', address('webhooks', webhook.name, 'edit')),
    button('Delete', () => confirmDelete(webhook), 'danger-text'),
  ];
}

async function test(webhook, refresh) {
  const answer = await api.post(path(webhook.name, 'test'));
  toast(answer.success ? 'The endpoint took the test.' : `The endpoint did not take the test: ${answer.error}`, answer.success ? 'good' : 'bad');
  await refresh();
}

async function redeliver(webhook, seq, refresh) {
  const {redelivered, remaining} = await api.post(path(webhook.name, 'redeliver'), seq === undefined ? {} : {seq});
  toastRedriven(redelivered, remaining);
  await refresh();
}

async function change(webhook, verb, refresh) {
  await api.post(path(webhook.name, verb));
  await refresh();
}

function confirmRotate({name}) {
  confirmThen('Rotate Secret?', `${name} is signed with both secrets for a day, then with the new one only.`, 'Rotate', async () => {
    const answer = await api.post(path(name, 'rotate_secret'));
    showSecret('New Signing Secret', answer.secret);
  });
}

function confirmDelete({name}) {
  confirmThen('Delete Webhook?', `The progress and the attempts of ${name} are lost. The events stay.`, 'Delete', async () => {
    await api.remove(path(name));
    toast(`Webhook ${name} is deleted.`);
    goTo('webhooks');
  });
}

function path(...parts) {
  return api.path('webhooks', ...parts);
}
