import * as api from './api.js';

const BUCKET_MS = 10_000;
const BUCKETS = 60;
const BACKFILL = 1000;
const BACKFILLED_TABLES = 8;

/** Events stored per ten seconds over the last ten minutes, told from the ids of event tables, which are dense. */
export class Throughput {
  constructor() {
    this.buckets = new Map();
    this.lastIds = new Map();
  }

  /** Takes in the present list of event tables. */
  async add(eventTables, now = Date.now()) {
    const isFirst = this.lastIds.size === 0;
    for (const {table, last_id: lastId} of eventTables) {
      const before = this.lastIds.get(table);
      this.lastIds.set(table, Number(lastId ?? 0));
      if (before !== undefined) {
        this.count(now, Math.max(0, Number(lastId ?? 0) - before));
      } else if (!isFirst) {
        this.count(now, Number(lastId ?? 0));
      }
    }
    if (isFirst) {
      await this.backfill(eventTables.slice(0, BACKFILLED_TABLES), now);
    }
  }

  /** Bars for the chart, oldest first. */
  bars(now = Date.now()) {
    const last = Math.floor(now / BUCKET_MS);
    return Array.from({length: BUCKETS}, (_, place) => {
      const bucket = last - BUCKETS + 1 + place;
      return {at: bucket * BUCKET_MS, value: this.buckets.get(bucket) ?? 0};
    });
  }

  /** Events of the last minute. */
  perMinute(now = Date.now()) {
    return this.bars(now).slice(-6).reduce((sum, bar) => sum + bar.value, 0);
  }

  async backfill(eventTables, now) {
    for (const {table} of eventTables.filter((each) => each.last_id)) {
      const events = await api.list('/events', {table, order: 'newest', limit: BACKFILL});
      events.forEach((event) => this.count(Date.parse(event.inserted_at), 1));
    }
    this.forgetBefore(now);
  }

  count(at, number) {
    const bucket = Math.floor(at / BUCKET_MS);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + number);
    this.forgetBefore(at);
  }

  forgetBefore(now) {
    const oldest = Math.floor(now / BUCKET_MS) - BUCKETS;
    for (const bucket of this.buckets.keys()) {
      if (bucket < oldest) {
        this.buckets.delete(bucket);
      }
    }
  }
}
