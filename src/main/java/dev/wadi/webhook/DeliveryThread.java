package dev.wadi.webhook;

import org.jspecify.annotations.Nullable;

/**
 * A thread that an interrupt also frees from the request it waits for; a socket takes no notice.
 */
final class DeliveryThread extends Thread {

  private @Nullable Runnable abort;

  DeliveryThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }

  /**
   * Says what ends the request that this thread is at.
   *
   * @param ends null once it is over
   */
  synchronized void isAt(@Nullable Runnable ends) {
    abort = ends;
    if (ends != null && isInterrupted()) {
      ends.run();
    }
  }

  @Override
  public synchronized void interrupt() {
    super.interrupt();
    if (abort != null) {
      abort.run();
    }
  }
}
