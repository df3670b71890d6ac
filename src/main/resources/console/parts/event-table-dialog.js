import {element} from '../element.js';
import * as api from '../api.js';
import {tableName} from '../table-name.js';
import {button} from './button.js';
import {code} from './copy.js';
import {confirmThen, dialogActions, openDialog} from './dialog.js';
import {Draft, radioField, textField} from './form.js';
import {toast} from './toast.js';

const TYPING_MS = 250;

/** Makes an event table: shows its SQL to be copied, or runs it. Calls `onDone` when the window is closed. */
export function openEventTableDialog(onDone) {
  const draft = new Draft({schema: 'public', name: 'sequin_events', retention: 'none', days: '30'}, () => changed(), 'event-table');
  let sql = '';
  let timer;
  const dialog = openDialog('Create event table', (opened) => view(draft, sql, opened), {wide: true, onClose: onDone});

  function changed() {
    dialog.redraw();
    clearTimeout(timer);
    timer = setTimeout(readSql, TYPING_MS);
  }

  async function readSql() {
    try {
      sql = (await api.get('/event_tables/ddl', query(draft))).sql;
      draft.errors = {};
    } catch (error) {
      sql = '';
      draft.errors = {[error.message.includes('retention_days') ? 'retention_days' : 'table']: [error.message, ...(error.fields.table ?? [])]};
    }
    dialog.redraw();
  }

  readSql();
}

function view(draft, sql, dialog) {
  return [
    element('p', null, 'Events are stored in a table of your own database, one row per change.'),
    element(
      'div',
      {class: 'pair'},
      textField(draft, 'schema', 'Schema name', {field: 'schema'}),
      textField(draft, 'name', 'Table name', {field: 'table'}),
    ),
    element('h3', null, 'Retention Policy'),
    element('p', {class: 'hint'}, 'Without one, events stay until you delete them.'),
    radioField(draft, 'retention', 'Policy', [['none', 'None'], ['days', 'Delete events after some days']]),
    draft.values.retention === 'days' && textField(draft, 'days', 'Retention period (days)', {field: 'retention_days', inputmode: 'numeric'}),
    element('h3', null, 'Create your event table'),
    element('p', null, 'Create an event table with the following DDL, including indexes:'),
    sql ? code(sql, {language: 'sql'}) : element('p', {class: 'muted'}, 'The SQL appears once the fields above are valid.'),
    dialogActions(
      button('Cancel', dialog.close),
      button('Run it for me', () => confirmRun(draft, dialog)),
      button('Done', dialog.close, 'primary'),
    ),
  ];
}

function confirmRun(draft, dialog) {
  const name = tableOf(draft);
  confirmThen('Run This SQL?', `Wadi creates the table ${name} in the event-log database.`, 'Run', () => create(draft, dialog, name));
}

async function create(draft, dialog, name) {
  try {
    await api.post('/event_tables', query(draft));
    toast(`Event table ${name} is created.`);
    dialog.close();
  } catch (error) {
    if (error.status === undefined) {
      throw error;
    }
    draft.errors = Object.keys(error.fields).length > 0 ? error.fields : {table: [error.message]};
    dialog.redraw();
  }
}

function query(draft) {
  const days = draft.values.retention === 'days' ? draft.values.days : null;
  return days === null ? {table: tableOf(draft)} : {table: tableOf(draft), retention_days: /^\d+$/.test(days) ? Number(days) : days};
}

/** Names are taken as they are typed, as Postgres takes them in double quotes. */
function tableOf(draft) {
  const {schema, name} = draft.values;
  return tableName(schema === '' ? 'public' : schema, name);
}
