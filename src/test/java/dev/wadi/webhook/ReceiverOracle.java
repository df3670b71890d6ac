package dev.wadi.webhook;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A receiver that answers at random, and watches what webhooks promise it. A life is the time from
 * one start of Wadi to the next; what was under way at its end may come again.
 */
final class ReceiverOracle implements TestReceiver.Answer {

  private static final int SLOW_MS = 150;

  private final Random random;
  private final List<String> violations = new ArrayList<>();
  private final Set<String> inFlight = new HashSet<>();
  private final Map<String, List<Long>> firstTaken = new HashMap<>();
  private final Map<Long, Integer> lifeOfTaken = new HashMap<>();
  private final Map<Long, String> idOfSeq = new HashMap<>();
  private int life;
  private int repeated;
  private int refused;

  ReceiverOracle(long seed) {
    random = new Random(seed);
  }

  @Override
  public void write(TestReceiver.Request request, java.io.OutputStream out)
      throws IOException, InterruptedException {
    var message = request.json().at("/data/0/metadata");
    var key = message.path("record_pk").asText();
    long seq = message.path("seq").asLong();
    int begunIn = begin(key, seq, request.header("webhook-id"));
    int choice = choice();
    if (choice >= 80 && choice < 90) {
      // Slow on purpose.
      Thread.sleep(SLOW_MS);
    }
    end(key, seq, begunIn, choice >= 30);
    if (choice < 10) {
      throw new TestReceiver.Reset();
    }
    TestReceiver.write(out, choice < 30 ? 500 : 200, "");
  }

  /** Wadi has died: whatever was under way no longer is. */
  synchronized void died() {
    life++;
    inFlight.clear();
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** By key what was taken, in the order it first was. */
  synchronized Map<String, List<Long>> taken() {
    var copy = new HashMap<String, List<Long>>();
    firstTaken.forEach((key, seqs) -> copy.put(key, List.copyOf(seqs)));
    return copy;
  }

  synchronized int count() {
    return lifeOfTaken.size();
  }

  synchronized int refused() {
    return refused;
  }

  @Override
  public synchronized String toString() {
    return "taken %d, refused %d, taken again %d, lives %d"
        .formatted(lifeOfTaken.size(), refused, repeated, life + 1);
  }

  private synchronized int choice() {
    return random.nextInt(100);
  }

  private synchronized int begin(String key, long seq, String id) {
    if (!inFlight.add(key)) {
      violations.add("two at a time of key " + key + " at seq " + seq);
    }
    var before = idOfSeq.putIfAbsent(seq, id);
    if (before != null && !before.equals(id)) {
      violations.add("seq " + seq + " has ids " + before + " and " + id);
    }
    return life;
  }

  private synchronized void end(String key, long seq, int begunIn, boolean takes) {
    if (begunIn == life) {
      inFlight.remove(key);
    }
    if (!takes) {
      refused++;
      return;
    }
    var takenIn = lifeOfTaken.putIfAbsent(seq, begunIn);
    if (takenIn == null) {
      firstTaken.computeIfAbsent(key, each -> new ArrayList<>()).add(seq);
      return;
    }
    repeated++;
    if (takenIn == begunIn) {
      violations.add("seq " + seq + " came again although it was taken and nobody died");
    }
  }
}
