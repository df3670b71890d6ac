import * as api from '../api.js';
import {element} from '../element.js';
import {count} from '../format.js';
import {button} from './button.js';
import {chip} from './chip.js';
import {confirmThen} from './dialog.js';
import {card, facts} from './layout.js';
import {moment} from './moment.js';

/** How far the rows that were there before a pipeline have become events, and what to do about it. */
export function backfillCard(pipeline, refresh) {
  const backfill = pipeline.status?.backfill;
  return card(
    'Backfill',
    backfill
      ? progress(backfill)
      : element('p', {class: 'hint'}, 'Only changes are captured. The rows that are in the table already can be read as well.'),
    element('div', {class: 'actions'}, action(pipeline, backfill, refresh)),
  );
}

function progress(backfill) {
  return [
    backfill.reason !== '' && element('p', {class: 'hint'}, backfill.reason),
    facts(
      ['State', chip(backfill.state)],
      ['Rows read', count(backfill.rows)],
      ['Tables finished', `${count(backfill.tables_finished)} of ${count(backfill.tables)}`],
      backfill.table && ['Table', backfill.table],
      ['Started', moment(backfill.started_at)],
      backfill.finished_at && ['Finished', moment(backfill.finished_at)],
    ),
  ];
}

function action(pipeline, backfill, refresh) {
  const path = api.path('pipelines', pipeline.name, 'backfill');
  if (backfill?.state === 'running') {
    return button('Cancel Backfill', async () => {
      await api.remove(path);
      await refresh();
    });
  }
  return button(backfill ? 'Start Again' : 'Start Backfill', () => confirmThen(
    'Start Backfill?',
    `Every row of ${pipeline.source.table} becomes an event with action read in ${pipeline.destination.table}.`,
    'Start',
    async () => {
      await api.post(path);
      await refresh();
    },
  ));
}
