import * as api from './api.js';

const SHOWN = 20;
const STEP = 1000;

/** The newest events of an event table, kept up to date with as little reading as possible. */
export class EventTail {
  /** @param sourceTable null for every source table */
  constructor(eventTable, sourceTable = null) {
    this.table = eventTable;
    this.sourceTable = sourceTable;
    this.events = [];
    this.searched = null;
    this.isPartial = false;
  }

  /**
   * Reads what is new since the last time; answers the newest events, newest first.
   *
   * @param lastId the newest id of the event table, read before; what is up to there is not searched again
   */
  async read(lastId) {
    const until = Number(lastId ?? 0);
    if (until !== this.searched) {
      await this.search(until);
    }
    return this.events;
  }

  /** Where other tables' events are many, the search may take too long; it then goes on with what comes. */
  async search(until) {
    try {
      await (this.searched === null ? this.readNewest(until) : this.readNewer(until));
    } catch (error) {
      if (error.status !== 504) {
        throw error;
      }
      this.isPartial = true;
      this.searched = until;
    }
  }

  async readNewest(until) {
    const found = await this.list({order: 'newest', limit: SHOWN});
    this.take(found);
    this.searched = Math.max(until, newestId(found));
  }

  /** After a burst, the older part of it is left out; of large events there may be more than were found. */
  async readNewer(until) {
    const found = await this.list({after: String(this.searched), limit: STEP});
    if (found.length === STEP) {
      await this.readNewest(until);
      return;
    }
    this.take(found.reverse());
    this.searched = found.length > 0 ? newestId(found) : until;
  }

  list(query) {
    return api.list('/events', {table: this.table, source_table: this.sourceTable, ...query});
  }

  /** Two readings at the same time may find the same. */
  take(found) {
    const known = new Set(found.map(({id}) => String(id)));
    this.events = [...found, ...this.events.filter(({id}) => !known.has(String(id)))].slice(0, SHOWN);
  }
}

function newestId([newest]) {
  return Number(newest?.id ?? 0);
}
