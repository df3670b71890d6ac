import * as api from './api.js';

const SHOWN = 20;
const STEP = 1000;

/** The newest events of an event table, kept up to date with as little reading as possible. */
export class EventTail {
  /** @param sourceTable null for every source table */
  constructor(eventTable, sourceTable = null) {
    this.table = eventTable;
    this.sourceTable = sourceTable;
    this.events = null;
  }

  /** Reads what is new since the last time; answers the newest events, newest first. */
  async read() {
    const found = this.events === null ? await this.readNewest() : await this.readNewer();
    this.events = [...found, ...(this.events ?? [])].slice(0, SHOWN);
    return this.events;
  }

  readNewest() {
    return api.list('/events', {table: this.table, source_table: this.sourceTable, order: 'newest', limit: SHOWN});
  }

  /** After a burst, the older part of it is left out. */
  async readNewer() {
    const after = String(this.events[0]?.id ?? 0);
    const found = await api.list('/events', {table: this.table, source_table: this.sourceTable, after, limit: STEP});
    if (found.length < STEP) {
      return found.reverse();
    }
    this.events = null;
    return this.readNewest();
  }
}
