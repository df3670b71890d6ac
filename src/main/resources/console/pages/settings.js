import * as api from '../api.js';
import {element} from '../element.js';
import {button} from '../parts/button.js';
import {chip} from '../parts/chip.js';
import {confirmThen} from '../parts/dialog.js';
import {Draft, form, radioField, textField} from '../parts/form.js';
import {card, facts, mono, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {showSecret} from '../parts/secret-dialog.js';
import {table} from '../parts/table.js';

const SCOPES = [
  ['manage', 'Manage: everything'],
  ['consume', 'Consume: receive and settle messages'],
  ['read', 'Read: see everything but tokens'],
  ['read,consume', 'Read and consume'],
];

export function settingsPage({redraw, refresh}) {
  const draft = new Draft({name: '', scope: 'manage'}, redraw);

  async function load() {
    const [tokens, health, version] = await Promise.all([
      tokensOrNull(),
      api.get('/health'),
      api.getOr('/version', {}),
    ]);
    return {tokens, health, version};
  }

  async function create() {
    const created = await api.post('/tokens', {name: draft.values.name, scopes: draft.values.scope.split(',')});
    draft.values.name = '';
    draft.errors = {};
    draft.summary = '';
    showSecret(`Token ${created.name}`, created.token);
    await refresh();
  }

  return {
    title: 'Settings',
    every: 0,
    load,
    view: ({tokens, health, version}) =>
      page(
        'Settings',
        {},
        card(
          'API Tokens',
          element('p', {class: 'hint'}, 'What a token may do is its scope. The token of the setting wadi.api.token may do everything and is not listed.'),
          tokens === null
            ? element('p', {class: 'muted'}, 'This token may not see or make tokens.')
            : [tokenList(tokens, refresh), tokenForm(draft, create)],
        ),
        card(
          'About',
          facts(
            ['Wadi', mono(version.wadi ?? '–')],
            ['Camel', mono(version.camel ?? '–')],
            ['Java', mono(version.java ?? '–')],
            ['Capture', chip(health.capture)],
            health.reason && ['Reason', health.reason],
            ['Position', mono(health.position ?? '–')],
            ['Contract', mono('/api/openapi.json')],
          ),
        ),
      ),
  };
}

/** Null where this token may not see them. Each reading of them is a line of the audit log. */
async function tokensOrNull() {
  try {
    return await api.list('/tokens');
  } catch (error) {
    if (error.status !== 403) {
      throw error;
    }
    return null;
  }
}

function tokenForm(draft, create) {
  return form(
    draft,
    'Create Token',
    create,
    {},
    textField(draft, 'name', 'Token name', {hint: 'What it is for, such as billing-service.'}),
    radioField(draft, 'scope', 'Scope', SCOPES),
  );
}

function tokenList(tokens, refresh) {
  if (tokens.length === 0) {
    return element('p', {class: 'muted'}, 'No tokens are kept in the database.');
  }
  return table(
    'API Tokens',
    [
      {title: 'Name', cell: ({name}) => mono(name)},
      {title: 'Scope', cell: ({scopes}) => scopes.join(', ')},
      {title: 'Created', cell: (token) => moment(token.created_at)},
      {title: '', class: 'row-actions', cell: (token) => button('Revoke', () => confirmRevoke(token, refresh), 'small danger-text')},
    ],
    tokens,
    ({name}) => name,
  );
}

function confirmRevoke({name}, refresh) {
  confirmThen('Revoke Token?', `Whoever uses ${name} is refused from now on.`, 'Revoke', async () => {
    await api.remove(api.path('tokens', name));
    await refresh();
  });
}
