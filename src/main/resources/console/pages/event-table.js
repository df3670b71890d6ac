import * as api from '../api.js';
import {element} from '../element.js';
import {count} from '../format.js';
import {button, linkButton} from '../parts/button.js';
import {Draft} from '../parts/form.js';
import {eventList} from '../parts/event-list.js';
import {card, figures, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {pager} from '../parts/pager.js';
import {emptyState, notice} from '../parts/states.js';
import {address, setQuery} from '../router.js';

const PAGE = 50;

/** Explores the events of one event table, newest first, page by page. */
export function eventTablePage({name, query, redraw, refresh}) {
  const draft = new Draft({record_pk: '', action: '', source_table: '', ...query}, redraw);
  const newer = [];
  let filters = filtersOf(draft.values);
  let before = null;

  async function load() {
    const eventTables = await api.list('/event_tables');
    const eventTable = eventTables.find(({table}) => table === name);
    if (!eventTable) {
      throw new api.ApiError(404, `There is no event table ${name}`);
    }
    const events = await api.list('/events', {table: name, order: 'newest', before, limit: PAGE, ...filters});
    return {eventTable, events};
  }

  function search() {
    newer.length = 0;
    before = null;
    filters = filtersOf(draft.values);
    setQuery(filters);
    return refresh();
  }

  function older(events) {
    newer.push(before);
    before = String(events.at(-1).id);
    return refresh();
  }

  function back() {
    before = newer.pop();
    return refresh();
  }

  return {
    title: name,
    load,
    view: ({eventTable, events}) =>
      page(
        name,
        {
          back: {href: address('event_tables'), title: 'Event Tables'},
          actions: [linkButton('Create Stream', address('streams', 'new', {table: name}))],
        },
        eventTable.valid === false && notice('bad', 'Cannot Be Used', element('p', null, eventTable.problems.join('; '))),
        figures(
          ['Newest id', count(eventTable.last_id)],
          ['Oldest id', count(eventTable.first_id)],
          ['Oldest', moment(eventTable.first_committed_at)],
          ['Newest', moment(eventTable.last_committed_at)],
          ['Retention', eventTable.retention_days ? `${eventTable.retention_days} days` : 'None'],
        ),
        card(
          'Events',
          filterBar(draft, search),
          events.length === 0 ? nothing(draft) : eventList(name, events),
          pager(
            'Pages of events',
            newer.length > 0 ? back : null,
            events.length > 0 && events.at(-1).id > eventTable.first_id ? () => older(events) : null,
            before === null ? 'Newest first, live' : `Older than ${before}`,
          ),
        ),
      ),
  };
}

function filterBar(draft, search) {
  return element(
    'form',
    {
      class: 'filter-bar',
      onSubmit: (event) => {
        event.preventDefault();
        search();
      },
    },
    filterInput(draft, 'source_table', 'Source table', 'public.regions'),
    filterInput(draft, 'record_pk', 'Key', '42'),
    element(
      'label',
      {class: 'small-label'},
      'Action',
      element(
        'select',
        {
          value: draft.values.action,
          onChange: (event) => {
            draft.values.action = event.currentTarget.value;
            search();
          },
        },
        ['', 'insert', 'update', 'delete', 'truncate', 'read'].map((action) => element('option', {value: action, selected: action === draft.values.action}, action || 'any')),
      ),
    ),
    element('button', {type: 'submit', class: 'small'}, 'Filter'),
    hasFilter(draft) && button('Clear', () => clear(draft, search), 'small'),
  );
}

function filterInput(draft, name, label, placeholder) {
  return element('label', {class: 'small-label'}, label, element('input', {
    type: 'text',
    class: 'mono',
    placeholder,
    value: draft.values[name],
    onInput: (event) => (draft.values[name] = event.currentTarget.value),
  }));
}

function clear(draft, search) {
  Object.assign(draft.values, {record_pk: '', action: '', source_table: ''});
  return search();
}

function nothing(draft) {
  return hasFilter(draft)
    ? emptyState('No Events Match', 'No event of this table fits the filter.')
    : emptyState('No Events Yet', 'Create a pipeline that stores its events here, then change a row of its source table.', linkButton('Create Change Capture Pipeline', address('pipelines', 'new'), 'primary'));
}

function hasFilter(draft) {
  return Object.keys(filtersOf(draft.values)).length > 0;
}

function filtersOf({record_pk, action, source_table}) {
  return Object.fromEntries(Object.entries({record_pk, action, source_table}).filter(([, value]) => value));
}
