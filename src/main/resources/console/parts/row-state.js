import {element} from '../element.js';
import {pretty} from '../json.js';
import {chip} from './chip.js';
import {code} from './copy.js';
import {facts, mono} from './layout.js';
import {moment} from './moment.js';
import {notice} from './states.js';

const DOUBTS = {
  no_event_yet: 'The log has no event of this row until then, and the row may have been there.',
  columns_unavailable: 'Postgres did not send every column.',
  key_may_have_changed: 'The row may have had another key by then: its later events are under that key.',
  table_made_anew: 'Several tables of that name were captured; the last event may be of an earlier one.',
};

/** What the API says that a row was at a time, and what it cannot know; `rowLink(key)` is where another key leads. */
export function rowState(row, rowLink) {
  return [
    facts(
      ['State', chip(row.state)],
      row.moved_to !== null && ['Key by then', element('a', {class: 'mono', href: rowLink(row.moved_to)}, row.moved_to)],
      row.event && ['Last event until then', mark(row.event)],
      row.next_event && ['First event after', mark(row.next_event)],
      row.unavailable && ['Unavailable', mono(row.unavailable.join(', '))],
    ),
    row.record !== null && code(pretty(row.record)),
    row.doubts.length > 0 && notice('warn', 'Not Certain', row.doubts.map((doubt) => element('p', null, DOUBTS[doubt] ?? doubt))),
  ];
}

function mark({id, action, committed_at: at}) {
  return [mono(String(id)), chip(action), moment(at)];
}
