import * as api from './api.js';

const ASKED_AT_ONCE = 20;
const NOT_NOW = [404, 429, 503, 504];

/** The status of consumer groups that another process serves, which only that process knows. */
export class GroupStatuses {
  constructor() {
    this.known = new Map();
    this.askedAt = new Map();
  }

  /** The groups with those statuses; of very many some are asked at a time, the others are told as they were. */
  async complete(groups) {
    const elsewhere = groups.filter(({status}) => !status).map(({name}) => name);
    const next = elsewhere.sort((a, b) => this.lastAsked(a) - this.lastAsked(b)).slice(0, ASKED_AT_ONCE);
    await Promise.all(next.map((name) => this.ask(name)));
    return groups.map((group) => (group.status ? group : {...group, status: this.known.get(group.name) ?? unknown(group)}));
  }

  lastAsked(name) {
    return this.askedAt.get(name) ?? 0;
  }

  async ask(name) {
    this.askedAt.set(name, Date.now());
    this.known.set(name, await statusOf(name));
  }
}

/** Null while nobody serves the group, or who does cannot say. */
async function statusOf(name) {
  try {
    return await api.get(api.path('consumer_groups', name, 'status'));
  } catch (error) {
    if (NOT_NOW.includes(error.status)) {
      return null;
    }
    throw error;
  }
}

function unknown({paused}) {
  return paused ? {state: 'paused'} : null;
}
