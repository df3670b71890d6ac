import * as api from '../api.js';
import {element} from '../element.js';
import {button} from './button.js';
import {confirmThen} from './dialog.js';
import {card, mono} from './layout.js';
import {moment} from './moment.js';
import {table} from './table.js';

/** What was not captured and nobody has settled; nothing if there is none. */
export function gapsCard(gaps, refresh) {
  const close = (id) => async () => {
    await api.post(`/gaps/${id}/close`);
    await refresh();
  };
  return gaps.length > 0 && card(
    'Gaps',
    element('p', {class: 'hint'}, 'Changes between these positions were not captured. Fill a gap by a backfill or whatever fits, then close it.'),
    table(
      'Open gaps',
      [
        {title: 'Table', cell: (gap) => gap.table === null ? 'all captured tables' : mono(gap.table)},
        {title: 'After', cell: (gap) => mono(gap.from_lsn)},
        {title: 'Up to', cell: (gap) => mono(gap.to_lsn)},
        {title: 'Reason', class: 'wide', cell: ({reason}) => reason},
        {title: 'Noticed', cell: (gap) => moment(gap.noticed_at)},
        {title: '', class: 'row-actions', cell: ({id}) => button(
          'Close',
          () => confirmThen('Close Gap?', 'Health and pipelines will not warn of it any more.', 'Close Gap', close(id)),
          'small',
        )},
      ],
      gaps,
      ({id}) => String(id),
    ),
  );
}
