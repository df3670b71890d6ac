"""Consumes a consumer group of Wadi. Python 3.8 or newer and nothing else.

    WADI_TOKEN=... python3 examples/consume.py GROUP [FILE]

Appends a line of JSON to FILE (consumed.jsonl) for each event. Stop it with Ctrl-C or SIGTERM: what it has begun it
finishes, what it has not begun goes to others at once. Wadi delivers at least once, so a line is written only if its
idempotency key is not there yet; with a database, make the key a unique column and insert it with your work.
"""

import json
import os
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ.get("WADI_URL", "http://localhost:7376")
TOKEN = os.environ.get("WADI_TOKEN", "wadi-playground")
WAIT_SECONDS = 30
RETRY_MS = 1000


class Stopped(Exception):
    """Someone asked for the end while nothing was at work."""


class Refused(Exception):
    """Wadi will never answer this otherwise."""


class Consumer:
    def __init__(self, group, path):
        self.url = f"{URL}/api/consumer_groups/{urllib.parse.quote(group)}/"
        self.path = path
        self.done = self.keys_done()
        self.waiting = False
        self.stopping = False

    def run(self):
        while not self.stopping:
            try:
                self.settle(self.receive())
            except Stopped:
                return
            except (OSError, ValueError) as failure:
                print(f"trying again: {failure}", file=sys.stderr)
                time.sleep(RETRY_MS / 1000)

    def stop(self, *_):
        self.stopping = True
        if self.waiting:
            raise Stopped

    def receive(self):
        self.waiting = True
        try:
            if self.stopping:
                raise Stopped
            return self.call("receive", {"batch_size": 10, "wait_for": f"{WAIT_SECONDS}s"})["data"]
        finally:
            self.waiting = False

    def settle(self, messages):
        """Works on each message; those that fail come again later, without holding up the others."""
        acked, nacked = [], []
        for message in messages:
            try:
                self.work_once(message["data"])
                acked.append(message["ack_id"])
            except Exception as failure:
                nacked.append({"ack_id": message["ack_id"], "delay_ms": RETRY_MS, "reason": str(failure)})
        if acked:
            self.call("ack", {"ack_ids": acked})
        if nacked:
            self.call("nack", {"items": nacked})

    def work_once(self, event):
        key = event["metadata"]["idempotency_key"]
        if key not in self.done:
            self.work(key, event)
            self.done.add(key)

    def work(self, key, event):
        """Your work goes here."""
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "action": event["action"], "record": event["record"]}) + "\n")

    def keys_done(self):
        if not os.path.exists(self.path):
            return set()
        with open(self.path, encoding="utf-8") as file:
            return {json.loads(line)["key"] for line in file}

    def call(self, what, body):
        headers = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + what, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS + 10) as response:
                return json.load(response)
        except urllib.error.HTTPError as refused:
            text = f"{refused.code} {refused.read().decode()}"
            later = refused.code == 429 or refused.code >= 500
            raise OSError(text) if later else Refused(text)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: consume.py GROUP [FILE]")
    consumer = Consumer(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "consumed.jsonl")
    signal.signal(signal.SIGTERM, consumer.stop)
    signal.signal(signal.SIGINT, consumer.stop)
    try:
        consumer.run()
    except Refused as refused:
        sys.exit(f"wadi refused: {refused}")
