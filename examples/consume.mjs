// Consumes a consumer group of Wadi. Node 18 or newer, no packages.
//
//     WADI_TOKEN=... node examples/consume.mjs GROUP [FILE]
//
// Appends a line of JSON to FILE (consumed.jsonl) for each event. Stop it with Ctrl-C or SIGTERM: what it has begun it
// finishes, what it has not begun goes to others at once. Wadi delivers at least once, so a line is written only if its
// idempotency key is not there yet; with a database, make the key a unique column and insert it with your work.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const URL = process.env.WADI_URL ?? "http://localhost:7376";
const TOKEN = process.env.WADI_TOKEN ?? "wadi-playground";
const WAIT_SECONDS = 30;
const RETRY_MS = 1000;

const [group, path = "consumed.jsonl"] = process.argv.slice(2);
const stop = new AbortController();

class Refused extends Error {}

async function run() {
  const done = keysDone();
  while (!stop.signal.aborted) {
    try {
      await settle(await receive(), done);
    } catch (failure) {
      if (failure instanceof Refused) throw failure;
      if (stop.signal.aborted) return;
      console.error("trying again:", failure.message);
      await sleep(RETRY_MS);
    }
  }
}

async function receive() {
  const limit = AbortSignal.timeout((WAIT_SECONDS + 10) * 1000);
  const abort = new AbortController();
  for (const signal of [limit, stop.signal]) {
    signal.addEventListener("abort", () => abort.abort(), { signal: abort.signal });
  }
  const body = { batch_size: 10, wait_for: `${WAIT_SECONDS}s` };
  return (await call("receive", body, abort.signal)).data;
}

/** Works on each message; those that fail come again later, without holding up the others. */
async function settle(messages, done) {
  const acked = [];
  const nacked = [];
  for (const { ack_id, data } of messages) {
    try {
      await workOnce(data, done);
      acked.push(ack_id);
    } catch (failure) {
      nacked.push({ ack_id, delay_ms: RETRY_MS, reason: String(failure) });
    }
  }
  if (acked.length) await call("ack", { ack_ids: acked });
  if (nacked.length) await call("nack", { items: nacked });
}

async function workOnce(event, done) {
  const key = event.metadata.idempotency_key;
  if (!done.has(key)) {
    await work(key, event);
    done.add(key);
  }
}

/** Your work goes here. */
async function work(key, { action, record }) {
  appendFileSync(path, JSON.stringify({ key, action, record }) + "\n");
}

function keysDone() {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  return new Set(lines.map((line) => JSON.parse(line).key));
}

async function call(what, body, signal) {
  const response = await fetch(`${URL}/api/consumer_groups/${encodeURIComponent(group)}/${what}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  if (response.ok) return response.json();
  const text = `${response.status} ${await response.text()}`;
  throw response.status === 429 || response.status >= 500 ? new Error(text) : new Refused(text);
}

if (!group) {
  console.error("usage: consume.mjs GROUP [FILE]");
  process.exit(1);
}
process.on("SIGTERM", () => stop.abort());
process.on("SIGINT", () => stop.abort());
try {
  await run();
} catch (refused) {
  console.error("wadi refused:", refused.message);
  process.exit(1);
}
