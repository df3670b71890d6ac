package dev.wadi.capture;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps batches and changes to the set of pipelines apart: whatever runs here runs between two
 * batches, so that a batch meets either the old pipelines or the new ones.
 */
public final class BatchGate {

  private final ReentrantLock lock = new ReentrantLock(true);

  /** Waits for the batch at hand to end; the next begins after the work is done. */
  public <T> T betweenBatches(Callable<T> work) throws Exception {
    lock.lockInterruptibly();
    return run(work);
  }

  /**
   * The same, with a limit to the wait.
   *
   * @throws TimeoutException if the batch at hand does not end; nothing is done
   */
  public <T> T betweenBatches(Duration limit, Callable<T> work) throws Exception {
    if (!lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException(
          "a batch has been on its way for more than "
              + limit.toSeconds()
              + " s; see what the event log waits for");
    }
    return run(work);
  }

  private <T> T run(Callable<T> work) throws Exception {
    try {
      return work.call();
    } finally {
      lock.unlock();
    }
  }
}
