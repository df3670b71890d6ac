package dev.wadi.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what another thread answers, within the time of a request. */
final class Waiting {

  private static final long LIMIT_MS = 10_000;

  private Waiting() {}

  static <T> T on(CompletableFuture<T> answer) throws Exception {
    try {
      return answer.get(LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new Problem(503, "The consumer group does not answer; try again");
    }
  }
}
