package dev.wadi.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Consumes a group over HTTP from whichever process answers, and watches what is promised: every
 * event, in order per key, none again after its ack was answered.
 */
public final class GroupReader implements AutoCloseable {

  private static final int THREADS = 2;
  private static final int BATCH = 200;
  private static final int MOST_VIOLATIONS = 20;
  private static final long PAUSE_MS = 100;

  private final String group;
  private final Supplier<ApiClient> api;
  private final List<Thread> threads = new ArrayList<>();
  private final BitSet received = new BitSet();
  private final BitSet acked = new BitSet();
  private final Map<String, Integer> newest = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private long deliveries;
  private volatile boolean reading = true;

  /**
   * @param api the process to ask next; another one each time
   */
  public GroupReader(String group, Supplier<ApiClient> api) {
    this.group = group;
    this.api = api;
  }

  public GroupReader start() {
    for (int n = 0; n < THREADS; n++) {
      var thread = new Thread(this::read, "reader-" + group + "-" + n);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    return this;
  }

  /** Events received at least once. */
  public synchronized int received() {
    return received.cardinality();
  }

  /** Messages received, those that came again included. */
  public synchronized long deliveries() {
    return deliveries;
  }

  /** What broke a promise; the first of them. */
  public synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  @Override
  public void close() {
    reading = false;
    threads.forEach(Thread::interrupt);
  }

  private void read() {
    while (reading) {
      try {
        readOnce();
      } catch (RuntimeException e) {
        // The process asked is down or not ready; the next one may answer.
        pause();
      }
    }
  }

  private void readOnce() {
    var reply =
        api.get().post(path("receive"), "{\"batch_size\": " + BATCH + ", \"wait_for\": 500}");
    if (reply.status() != 200) {
      pause();
      return;
    }
    var messages = new ArrayList<JsonNode>();
    reply.json().path("data").forEach(messages::add);
    if (!messages.isEmpty()) {
      note(messages);
      ack(messages);
    }
  }

  private void ack(List<JsonNode> messages) {
    var ids =
        messages.stream()
            .map(message -> '"' + message.path("ack_id").asText() + '"')
            .collect(Collectors.joining(", "));
    var reply = api.get().post(path("ack"), "{\"ack_ids\": [" + ids + "]}");
    if (reply.status() == 200) {
      noteAcked(messages, reply.json().path("results"));
    }
  }

  private synchronized void note(List<JsonNode> messages) {
    for (var message : messages) {
      var metadata = message.path("data").path("metadata");
      int seq = metadata.path("seq").asInt();
      var key = metadata.path("record_pk").asText();
      deliveries++;
      check(!acked.get(seq), seq + " came again although its ack was answered");
      if (!received.get(seq)) {
        received.set(seq);
        int before = newest.getOrDefault(key, 0);
        check(before < seq, seq + " of key " + key + " came after " + before);
        newest.put(key, seq);
      }
    }
  }

  private synchronized void noteAcked(List<JsonNode> messages, JsonNode results) {
    for (var message : messages) {
      boolean isAcked = results.path(message.path("ack_id").asText()).asText().equals("acked");
      if (isAcked) {
        acked.set(message.path("data").path("metadata").path("seq").asInt());
      }
    }
  }

  private void check(boolean kept, String violation) {
    if (!kept && violations.size() < MOST_VIOLATIONS) {
      violations.add("group " + group + ": event " + violation);
    }
  }

  private String path(String call) {
    return "/api/consumer_groups/" + group + "/" + call;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
