import * as api from './api.js';

const PAGE = 200;
const PAGES_A_READ = 5;
const KEPT = 1000;

/** The events of one source row, oldest first; of very many the newest. */
export class RowHistory {
  constructor(eventTable, source, key) {
    this.row = {event_table: eventTable, table: source, record_pk: key};
    this.events = [];
    this.total = 0;
    this.after = '0';
    this.hasMore = true;
  }

  /** Reads on, a few pages at a time. The last page is the one that is empty: of large events a page has fewer than asked for. */
  async read() {
    for (let page = 0; page < PAGES_A_READ; page++) {
      const {after} = this;
      const {data} = await api.get('/events/history', {...this.row, after, limit: PAGE});
      if (after !== this.after) {
        return;
      }
      this.hasMore = data.length > 0;
      if (!this.hasMore) {
        return;
      }
      this.take(data);
    }
  }

  take(found) {
    this.events = [...this.events, ...found].slice(-KEPT);
    this.total += found.length;
    this.after = String(found.at(-1).id);
  }
}
