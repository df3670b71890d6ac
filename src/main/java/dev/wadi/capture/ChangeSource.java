package dev.wadi.capture;

/**
 * An engine that reads the WAL: batches of raw changes, a position, a life cycle.
 *
 * <p>Everything Debezium is behind this seam. One thread uses it; after a failure of any method it
 * is closed and a new one is opened at the position that was stored last.
 */
interface ChangeSource extends AutoCloseable {

  /**
   * Starts to read every transaction whose commit lies at or after a position.
   *
   * @param position end LSN of a commit, never inside a transaction
   */
  void open(long position) throws Exception;

  /** The next changes in commit order; empty if none came within the poll interval. */
  Batch poll() throws Exception;

  /** Tells the source that everything before a position is stored and may be forgotten. */
  void acknowledge(long position) throws Exception;

  @Override
  void close();
}
