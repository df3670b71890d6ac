package dev.wadi.capture;

import java.util.concurrent.Callable;
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
    try {
      return work.call();
    } finally {
      lock.unlock();
    }
  }
}
