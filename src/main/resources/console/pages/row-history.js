import * as api from '../api.js';
import {element} from '../element.js';
import {count, several} from '../format.js';
import {chip} from '../parts/chip.js';
import {diff} from '../parts/diff.js';
import {openEvent} from '../parts/event-view.js';
import {card, page} from '../parts/layout.js';
import {moment} from '../parts/moment.js';
import {button} from '../parts/button.js';
import {rowState} from '../parts/row-state.js';
import {emptyState, loading, notice} from '../parts/states.js';
import {address} from '../router.js';
import {RowHistory} from '../row-history.js';

const ASK_MS = 10_000;

/** Later than every event, whatever this computer's clock says. */
const NOW = '9999-12-30T00:00:00Z';

/** The life of one source row: what each change did, and what the row was at a moment. */
export function rowHistoryPage({name, query, redraw, refresh}) {
  const {source, record_pk: key} = query;
  const history = new RowHistory(name, source, key);
  let asOf = '';
  let drawRow = null;
  let askedAt = 0;

  async function load() {
    await Promise.all([history.read(), isDue() && ask()]);
    return history;
  }

  /** What the row was takes longer to find out than what is new. */
  function isDue() {
    return drawRow === null || Date.now() - askedAt >= ASK_MS;
  }

  async function ask() {
    const at = asOf;
    const found = await rowAt(at === '' ? NOW : new Date(at).toISOString());
    if (at === asOf) {
      drawRow = found;
      askedAt = Date.now();
    }
  }

  /** The history can be read also where this is not found out in time. */
  async function rowAt(at) {
    try {
      const {data} = await api.get('/events/as_of', {event_table: name, table: source, record_pk: key, at});
      return () => rowState(data, rowLink);
    } catch (error) {
      if (![400, 504].includes(error.status)) {
        throw error;
      }
      return () => notice('bad', 'Not Known', element('p', null, error.message));
    }
  }

  function change(time) {
    asOf = time;
    drawRow = null;
    redraw();
    return refresh();
  }

  return {
    title: `${source} ${key}`,
    load,
    view: () =>
      page(
        `Row ${key}`,
        {lead: lead(), back: {href: address('event_tables', name), title: name}},
        card('As Of', asOfField(), drawRow === null ? loading() : drawRow()),
        card('History', history.events.length === 0 ? emptyState('No Events', 'This row has no events in this event table.') : [...history.events].reverse().map(step)),
      ),
  };

  function lead() {
    const {events, total, hasMore} = history;
    return [
      source,
      `${several(total, 'event')}${hasMore ? ' so far, more are being read' : ''}`,
      total > events.length && `the newest ${count(events.length)} of them are shown`,
    ].filter(Boolean).join(', ');
  }

  function rowLink(record_pk) {
    return address('event_tables', name, 'row', {source, record_pk});
  }

  function asOfField() {
    return element('label', {class: 'small-label'}, 'The row as it was at (your local time; empty for now)', element('input', {
      type: 'datetime-local',
      step: '1',
      value: asOf,
      onInput: (event) => change(event.currentTarget.value),
    }));
  }

  function step(event) {
    return element(
      'article',
      {class: 'history-step', key: String(event.id)},
      element('div', {class: 'history-head'}, chip(event.action), moment(event.committed_at), button(`Event ${event.id}`, () => openEvent(name, event), 'link')),
      diff(event),
    );
  }
}
