package dev.wadi.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Acks that are done and not yet in the database: they are answered once they are. */
final class UnwrittenAcks {

  private record Answer(
      CompletableFuture<Map<String, Outcome>> future, Map<String, Outcome> outcomes) {
    void give() {
      future.complete(outcomes);
    }
  }

  private List<Answer> open = new ArrayList<>();
  private List<Answer> beingWritten = List.of();

  /**
   * @return completed with the outcomes when {@link #written} is run
   */
  CompletableFuture<Map<String, Outcome>> add(Map<String, Outcome> outcomes) {
    var answer = new Answer(new CompletableFuture<>(), outcomes);
    open.add(answer);
    return answer.future();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** What is here now is being written; what comes from now on waits for the next time. */
  void beginWriting() {
    beingWritten = open;
    open = new ArrayList<>();
  }

  /** Ends the writing; what is returned gives the answers, and is null if nobody waits. */
  @Nullable Runnable written() {
    var written = beingWritten;
    beingWritten = List.of();
    return written.isEmpty() ? null : () -> written.forEach(Answer::give);
  }

  /** Takes out all, whether it is being written or not: nobody knows. */
  List<CompletableFuture<?>> takeAll() {
    var futures = new ArrayList<CompletableFuture<?>>();
    open.forEach(answer -> futures.add(answer.future()));
    beingWritten.forEach(answer -> futures.add(answer.future()));
    open = new ArrayList<>();
    beingWritten = List.of();
    return futures;
  }
}
