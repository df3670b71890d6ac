import * as api from '../api.js';
import {linkButton} from '../parts/button.js';
import {filtersBody, filtersField} from '../parts/filters.js';
import {choiceField, Draft, form, textField} from '../parts/form.js';
import {headersBody, headersField} from '../parts/headers.js';
import {card, page} from '../parts/layout.js';
import {showSecret} from '../parts/secret-dialog.js';
import {numberOrNull, startBody, startFields} from '../parts/start-fields.js';
import {emptyState} from '../parts/states.js';
import {toast} from '../parts/toast.js';
import {address, goTo} from '../router.js';

const FORMATS = [
  ['standard', 'Standard Webhooks'],
  ['cloudevents_binary', 'CloudEvents, binary'],
  ['cloudevents_structured', 'CloudEvents, structured'],
  ['cloudevents_batch', 'CloudEvents, batch'],
];

/** Creates a webhook, or edits the one that is named. */
export function webhookFormPage({name, query, redraw}) {
  const isNew = name === undefined;
  let draft;

  async function load() {
    const [streams, webhook] = await Promise.all([
      api.list('/streams'),
      isNew ? null : api.get(api.path('webhooks', name)),
    ]);
    draft ??= new Draft(isNew ? fresh(streams, query) : valuesOf(webhook), redraw);
    return streams;
  }

  async function send() {
    const created = isNew
      ? await api.post('/webhooks', {...body(draft.values), start: startBody(draft.values)})
      : await api.put(api.path('webhooks', name), changeable(draft.values));
    toast(`Webhook ${draft.values.name} is ${isNew ? 'created' : 'updated'}.`);
    showSecret('Signing Secret', isNew && created.secret, () => goTo('webhooks', draft.values.name));
  }

  return {
    title: isNew ? 'Create Webhook' : `Edit ${name}`,
    every: 0,
    load,
    view: (streams) => view(draft, streams, isNew, send),
  };
}

function view(draft, streams, isNew, send) {
  const back = isNew ? address('webhooks') : address('webhooks', draft.values.name);
  return page(
    isNew ? 'Create Webhook' : 'Edit Webhook',
    {back: {href: back, title: isNew ? 'Webhooks' : draft.values.name}},
    streams.length === 0
      ? card(null, emptyState('First, You Need to Create a Stream', 'A webhook posts the events of a stream.', linkButton('Create Stream', address('streams', 'new'), 'primary')))
      : form(draft, isNew ? 'Create Webhook' : 'Update Webhook', send, {cancel: back}, cards(draft, streams, isNew)),
  );
}

function cards(draft, streams, isNew) {
  return [
    card(
      'Source',
      choiceField(draft, 'stream', 'Stream', streams.map((stream) => [stream.name, `${stream.name} (${stream.table})`]), {disabled: !isNew}),
      isNew && startFields(draft),
    ),
    card(
      'Endpoint',
      textField(draft, 'url', 'URL', {inputmode: 'url', placeholder: 'https://example.com/events'}),
      headersField(draft, isNew ? null : 'Headers given here replace those that there are, whose values are not shown.'),
      choiceField(draft, 'format', 'Format', FORMATS),
    ),
    isNew && card('Messages to Send', filtersField(draft, [])),
    card(
      'Delivery',
      textField(draft, 'batch_size', 'Batch size', {inputmode: 'numeric', hint: 'Most messages in one request.'}),
      textField(draft, 'timeout_ms', 'Request timeout (ms)', {inputmode: 'numeric'}),
      textField(draft, 'max_concurrency', 'Most requests at a time', {inputmode: 'numeric'}),
      textField(draft, 'max_deliver', 'Most attempts of a message', {inputmode: 'numeric', hint: 'After that it becomes a dead letter. Empty: tried until it is taken.'}),
    ),
    card('Name', textField(draft, 'name', 'Webhook name', {disabled: !isNew, hint: 'Letters, digits, underscores, hyphens and dots.'})),
  ];
}

function fresh(streams, query) {
  return {
    name: '',
    stream: query.stream ?? streams[0]?.name ?? '',
    url: '',
    start: 'beginning',
    start_value: '',
    headers: [],
    filters: [],
    format: 'standard',
    batch_size: '1',
    timeout_ms: '15000',
    max_concurrency: '20',
    max_deliver: '',
  };
}

function valuesOf(webhook) {
  return {
    name: webhook.name,
    stream: webhook.stream,
    url: webhook.url,
    headers: [],
    format: webhook.format,
    batch_size: String(webhook.batch_size),
    timeout_ms: String(webhook.timeout_ms),
    max_concurrency: String(webhook.max_concurrency),
    max_deliver: String(webhook.max_deliver ?? ''),
  };
}

function body(values) {
  return {
    name: values.name,
    stream: values.stream,
    ...changeable(values),
    ...(values.filters.length > 0 ? {filters: filtersBody(values.filters)} : {}),
  };
}

/** What can be changed later. */
function changeable(values) {
  return {
    url: values.url,
    format: values.format,
    batch_size: numberOrNull(values.batch_size),
    timeout_ms: numberOrNull(values.timeout_ms),
    max_concurrency: numberOrNull(values.max_concurrency),
    max_deliver: numberOrNull(values.max_deliver),
    ...(values.headers.length > 0 ? {headers: headersBody(values.headers)} : {}),
  };
}
