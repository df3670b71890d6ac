import * as api from '../api.js';
import {element} from '../element.js';
import {button} from '../parts/button.js';
import {openEventTableDialog} from '../parts/event-table-dialog.js';
import {filtersBody, filtersDraft, filtersField} from '../parts/filters.js';
import {Draft, fieldErrors, form, switchField, textField} from '../parts/form.js';
import {card, page} from '../parts/layout.js';
import {tablePicker} from '../parts/table-picker.js';
import {toast} from '../parts/toast.js';
import {address, goTo} from '../router.js';

const ACTIONS = ['insert', 'update', 'delete'];
const CHANGED =
  'This pipeline was changed since you opened this page, so nothing was saved. Reload the page and make your change again.';
const TITLES = {insert: 'Insert', update: 'Update', delete: 'Delete', truncate: 'Truncate'};

/** Creates a pipeline, or edits the one that is named. */
export function pipelineFormPage({name, redraw, refresh}) {
  const isNew = name === undefined;
  let draft;
  let etag;

  async function load() {
    const [tables, eventTables, pipeline] = await Promise.all([
      api.get('/tables').then(({data}) => data),
      api.list('/event_tables'),
      isNew ? null : api.getTagged(api.path('pipelines', name)),
    ]);
    // The draft and the version that it was made of stay together.
    if (!draft) {
      draft = new Draft(isNew ? fresh(tables) : valuesOf(pipeline.answer), redraw);
      etag = pipeline?.etag;
    }
    return {tables, eventTables};
  }

  async function send() {
    if (isNew) {
      await api.post('/pipelines', body(draft.values));
    } else {
      await update();
    }
    toast(`Pipeline ${draft.values.name} is ${isNew ? 'created' : 'updated'}.`);
    goTo('pipelines', draft.values.name);
  }

  async function update() {
    try {
      await api.put(api.path('pipelines', name), body(draft.values), etag);
    } catch (error) {
      throw error.status === 412 ? new api.ApiError(412, CHANGED) : error;
    }
  }

  return {
    title: isNew ? 'Create Change Capture Pipeline' : `Edit ${name}`,
    every: 0,
    load,
    view: (data) => view(draft, data, isNew, send, refresh),
  };
}

function view(draft, {tables, eventTables}, isNew, send, refresh) {
  const title = isNew ? 'Create Change Capture Pipeline' : 'Edit Change Capture Pipeline';
  const back = isNew ? address('pipelines') : address('pipelines', draft.values.name);
  const isReady = draft.values.source !== '' && draft.values.destination !== '';
  return page(
    title,
    {back: {href: back, title: isNew ? 'Change Capture Pipelines' : draft.values.name}},
    form(
      draft,
      isNew ? 'Create Change Capture Pipeline' : 'Update Change Capture Pipeline',
      send,
      {disabled: !isReady, cancel: back},
      sourceCard(draft, tables, isNew, refresh),
      destinationCard(draft, eventTables, isNew, refresh),
      card('Name', textField(draft, 'name', 'Change Capture Pipeline name', {
        field: 'name',
        disabled: !isNew,
        hint: 'a–z, 0–9, _ and -; also the name of its file under routes/pipelines.',
      })),
    ),
  );
}

function sourceCard(draft, tables, isNew, refresh) {
  const table = tables.find((each) => each.table === draft.values.source);
  return card(
    'Source configuration',
    isNew && element('p', {class: 'hint'}, 'Every insert, update and delete of the source table is stored as an event. You can then stream these events to your applications.'),
    sourceTable(draft, tables, isNew, refresh),
    draft.values.source !== '' && [operations(draft), filtersField(draft, table?.columns ?? []), backfillField(draft)],
  );
}

function sourceTable(draft, tables, isNew, refresh) {
  if (!isNew) {
    return textField(draft, 'source', 'Source table', {field: 'source.table', disabled: true});
  }
  const candidates = tables.filter((each) => each.eligible || !isEventTable(each));
  return tablePicker(draft, 'source', 'Source table', candidates, {
    field: 'source.table',
    heading: 'Non-event tables',
    empty: 'This database has no tables yet. Create one, then refresh.',
    after: element('div', {class: 'picker-foot'}, button('Refresh', refresh, 'small')),
  });
}

function operations(draft) {
  const errors = draft.errorsOf('actions');
  return element(
    'fieldset',
    {class: 'field'},
    element('legend', null, 'Operations to capture'),
    element('div', {class: 'switches'}, [...ACTIONS, 'truncate'].map((action) => switchField(draft, action, TITLES[action]))),
    fieldErrors('field-actions', errors),
  );
}

function backfillField(draft) {
  const errors = draft.errorsOf('backfill');
  return element(
    'fieldset',
    {class: 'field'},
    element('legend', null, 'Existing rows'),
    element('div', {class: 'switches'}, switchField(draft, 'backfill', 'Backfill')),
    element('p', {class: 'hint'}, 'Rows that are in the table already become events too, with action read.'),
    fieldErrors('field-backfill', errors),
  );
}

function destinationCard(draft, eventTables, isNew, refresh) {
  if (!isNew) {
    return card('Destination configuration', textField(draft, 'destination', 'Destination table', {field: 'destination.table', disabled: true}));
  }
  const candidates = eventTables.map(({table, valid, problems}) => ({table, reason: valid === false ? problems.join('; ') : null}));
  const create = button(
    candidates.length === 0 ? 'Create event table' : 'Create new event table',
    () => openEventTableDialog(refresh),
    'small',
  );
  return card(
    'Destination configuration',
    tablePicker(draft, 'destination', 'Destination table', candidates, {
      field: 'destination.table',
      heading: 'Event tables',
      empty: 'No event tables found in the destination.',
      after: element('div', {class: 'picker-foot'}, create, button('Refresh', refresh, 'small')),
    }),
  );
}

function fresh(tables) {
  const eligible = tables.filter((each) => each.eligible);
  return {
    name: '',
    source: eligible.length === 1 ? eligible[0].table : '',
    destination: '',
    filters: [],
    backfill: false,
    insert: true,
    update: true,
    delete: true,
    truncate: false,
  };
}

function valuesOf(pipeline) {
  const actions = Object.fromEntries([...ACTIONS, 'truncate'].map((action) => [action, pipeline.actions.includes(action)]));
  return {
    ...actions,
    name: pipeline.name,
    source: pipeline.source.table,
    destination: pipeline.destination.table,
    filters: filtersDraft(pipeline.filters),
    backfill: pipeline.backfill,
  };
}

function body(values) {
  return {
    name: values.name,
    source: {table: values.source},
    actions: [...ACTIONS, 'truncate'].filter((action) => values[action]),
    filters: filtersBody(values.filters),
    destination: {table: values.destination},
    backfill: values.backfill,
  };
}

function isEventTable({reason}) {
  return reason?.includes('event table');
}
