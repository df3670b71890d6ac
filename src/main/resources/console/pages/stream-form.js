import * as api from '../api.js';
import {element} from '../element.js';
import {button} from '../parts/button.js';
import {openEventTableDialog} from '../parts/event-table-dialog.js';
import {choiceField, Draft, form, textField} from '../parts/form.js';
import {card, page} from '../parts/layout.js';
import {tablePicker} from '../parts/table-picker.js';
import {toast} from '../parts/toast.js';
import {address, goTo} from '../router.js';

export function streamFormPage({query, redraw, refresh}) {
  const draft = new Draft({table: query.table ?? '', name: '', sort_column: 'seq'}, redraw);

  async function send() {
    const name = nameOf(draft.values);
    await api.post('/streams', {name, table: draft.values.table});
    toast(`Stream ${name} is created.`);
    goTo('streams');
  }

  return {
    title: 'Create Stream',
    every: 0,
    load: () => api.list('/event_tables'),
    view: (eventTables) =>
      page(
        'Create Stream',
        {back: {href: address('streams'), title: 'Streams'}},
        form(
          draft,
          'Create Stream',
          send,
          {disabled: draft.values.table === '', cancel: address('streams')},
          card('Stream details', picker(draft, eventTables, refresh), draft.values.table !== '' && details(draft)),
        ),
      ),
  };
}

function picker(draft, eventTables, refresh) {
  return tablePicker(
    draft,
    'table',
    'Table',
    eventTables.map(({table, valid, problems}) => ({table, reason: valid === false ? problems.join('; ') : null})),
    {
      field: 'table',
      heading: 'Event tables',
      empty: 'No event tables found. A stream offers the events of one.',
      after: element(
        'div',
        {class: 'picker-foot'},
        button('Create event table', () => openEventTableDialog(refresh), 'small'),
        button('Refresh', refresh, 'small'),
      ),
    },
  );
}

function details(draft) {
  return [
    choiceField(draft, 'sort_column', 'Sort column', [['seq', 'seq']], {
      disabled: true,
      hint: 'Events are delivered in this order. Event tables are always sorted by seq, which numbers events as they were committed.',
    }),
    textField(draft, 'name', 'Stream name', {
      field: 'name',
      placeholder: nameOf(draft.values),
      hint: 'Letters, digits, underscores, hyphens and dots; empty takes the name shown.',
    }),
  ];
}

/** What was typed, or the event table's name as far as a stream may be called so. */
function nameOf({name, table}) {
  return name === '' ? table.replace(/^public\./, '').replace(/[^a-zA-Z0-9_.-]/g, '_') : name;
}
