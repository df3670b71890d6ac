import * as api from '../api.js';
import {linkButton} from '../parts/button.js';
import {filtersBody, filtersField} from '../parts/filters.js';
import {choiceField, Draft, form, textField} from '../parts/form.js';
import {card, page} from '../parts/layout.js';
import {numberOrNull, startBody, startFields} from '../parts/start-fields.js';
import {emptyState} from '../parts/states.js';
import {toast} from '../parts/toast.js';
import {address, goTo} from '../router.js';

/** Creates a consumer group, or edits the one that is named. */
export function consumerGroupFormPage({name, query, redraw}) {
  const isNew = name === undefined;
  let draft;

  async function load() {
    const [streams, group] = await Promise.all([
      api.list('/streams'),
      isNew ? null : api.get(api.path('consumer_groups', name)),
    ]);
    draft ??= new Draft(isNew ? fresh(streams, query) : valuesOf(group), redraw);
    return streams;
  }

  async function send() {
    if (isNew) {
      await api.post('/consumer_groups', {...body(draft.values), start: startBody(draft.values)});
    } else {
      await api.put(api.path('consumer_groups', name), limits(draft.values));
    }
    toast(`Consumer group ${draft.values.name} is ${isNew ? 'created' : 'updated'}.`);
    goTo('consumer_groups', draft.values.name);
  }

  return {
    title: isNew ? 'Create Consumer Group' : `Edit ${name}`,
    every: 0,
    load,
    view: (streams) => view(draft, streams, isNew, send),
  };
}

function view(draft, streams, isNew, send) {
  const back = isNew ? address('consumer_groups') : address('consumer_groups', draft.values.name);
  const title = isNew ? 'Create Consumer Group' : 'Edit Consumer Group';
  return page(
    title,
    {back: {href: back, title: isNew ? 'Consumer Groups' : draft.values.name}},
    streams.length === 0
      ? card(null, emptyState('First, You Need to Create a Stream', 'A consumer group reads a stream.', linkButton('Create Stream', address('streams', 'new'), 'primary')))
      : form(draft, isNew ? 'Create Consumer Group' : 'Update Consumer Group', send, {cancel: back}, cards(draft, streams, isNew)),
  );
}

function cards(draft, streams, isNew) {
  return [
    card(
      'Source',
      choiceField(draft, 'stream', 'Stream', streams.map((stream) => [stream.name, `${stream.name} (${stream.table})`]), {disabled: !isNew}),
      isNew && startFields(draft),
    ),
    isNew && card('Messages to Process', filtersField(draft, [])),
    card(
      'Delivery',
      textField(draft, 'ack_wait_ms', 'Visibility timeout (ms)', {inputmode: 'numeric', hint: 'How long a worker may hold a message before it is delivered again.'}),
      textField(draft, 'max_ack_pending', 'Most messages in flight', {inputmode: 'numeric'}),
      textField(draft, 'max_deliver', 'Most deliveries of a message', {inputmode: 'numeric', hint: 'After that it becomes a dead letter. Empty: tried until it is acked.'}),
      isNew && textField(draft, 'group_by', 'Group by columns', {hint: 'Messages that share these columns come one after the other. Empty: those of the same row.', placeholder: 'account_id, region'}),
    ),
    card('Name', textField(draft, 'name', 'Consumer group name', {disabled: !isNew, hint: 'Letters, digits, underscores, hyphens and dots.'})),
  ];
}

function fresh(streams, query) {
  return {
    name: '',
    stream: query.stream ?? streams[0]?.name ?? '',
    start: 'beginning',
    start_value: '',
    filters: [],
    ack_wait_ms: '30000',
    max_ack_pending: '10000',
    max_deliver: '',
    group_by: '',
  };
}

function valuesOf(group) {
  return {
    name: group.name,
    stream: group.stream,
    ack_wait_ms: String(group.ack_wait_ms),
    max_ack_pending: String(group.max_ack_pending),
    max_deliver: String(group.max_deliver ?? ''),
  };
}

function body(values) {
  const columns = values.group_by.split(',').map((column) => column.trim()).filter(Boolean);
  return {
    name: values.name,
    stream: values.stream,
    ...limits(values),
    ...(values.filters.length > 0 ? {filters: filtersBody(values.filters)} : {}),
    ...(columns.length > 0 ? {group_by: columns} : {}),
  };
}

/** What can be changed later. */
function limits(values) {
  return {
    ack_wait_ms: numberOrNull(values.ack_wait_ms),
    max_ack_pending: numberOrNull(values.max_ack_pending),
    max_deliver: numberOrNull(values.max_deliver),
  };
}
