import * as api from './api.js';

const BUCKET_MS = 10_000;
const BUCKETS = 60;
const BACKFILL = 1000;
const BACKFILLED_TABLES = 8;

/** Events stored per ten seconds over the last ten minutes, told from the ids of event tables, which are dense. */
export class Throughput {
  constructor() {
    this.begin(0);
  }

  /** Takes in the present list of event tables. After a pause nobody knows when events came: they are read. */
  async add(eventTables, now = Date.now()) {
    const bucket = bucketOf(now);
    if (bucket - this.newest > 1) {
      this.begin(bucket);
      eventTables.forEach((each) => this.lastIds.set(each.table, lastId(each)));
      await this.backfill(eventTables.slice(0, BACKFILLED_TABLES));
      return;
    }
    this.newest = bucket;
    for (const each of eventTables) {
      const before = this.lastIds.get(each.table) ?? 0;
      this.lastIds.set(each.table, lastId(each));
      count(this.buckets, bucket, Math.max(0, lastId(each) - before));
    }
    this.forgetBefore(bucket - BUCKETS);
  }

  /** Bars for the chart, oldest first. */
  bars(now = Date.now()) {
    const last = bucketOf(now);
    return Array.from({length: BUCKETS}, (_, place) => {
      const bucket = last - BUCKETS + 1 + place;
      return {at: bucket * BUCKET_MS, value: this.buckets.get(bucket) ?? 0};
    });
  }

  begin(bucket) {
    this.newest = bucket;
    this.buckets = new Map();
    this.lastIds = new Map();
  }

  /** Reads what there was when the list was made; what came since is told by the next list. */
  async backfill(eventTables) {
    const {buckets} = this;
    for (const each of eventTables.filter(({last_id: id}) => id)) {
      const events = await api.list('/events', {table: each.table, order: 'newest', before: lastId(each) + 1, limit: BACKFILL});
      events.forEach((event) => count(buckets, bucketOf(Date.parse(event.inserted_at)), 1));
    }
  }

  forgetBefore(oldest) {
    for (const bucket of this.buckets.keys()) {
      if (bucket < oldest) {
        this.buckets.delete(bucket);
      }
    }
  }
}

function lastId({last_id: id}) {
  return Number(id ?? 0);
}

function bucketOf(at) {
  return Math.floor(at / BUCKET_MS);
}

function count(buckets, bucket, number) {
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + number);
}
