package dev.wadi.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that were read together; the body of an exchange of the capture route.
 *
 * <p>It counts as stored only once the database has answered that its events and its position are
 * in: see {@link #stored}.
 */
public final class Batch {

  private final List<RawChange> changes;
  private final long position;
  private final long committedAtMicros;
  private final @Nullable Mark mark;
  private boolean stored;
  private boolean taken;

  /**
   * @param committedAtMicros when the last of what was read was committed, heartbeats included; 0
   *     if nothing was
   * @param mark where the batch ends; null if it ends anywhere
   */
  Batch(List<RawChange> changes, long position, long committedAtMicros, @Nullable Mark mark) {
    this.changes = changes;
    this.position = position;
    this.committedAtMicros = committedAtMicros;
    this.mark = mark;
  }

  /** The mark that follows the last change; null if none does. */
  public @Nullable Mark mark() {
    return mark;
  }

  /**
   * The changes to send through pipelines, in commit order; none if the batch was taken as a whole.
   */
  public List<RawChange> getChanges() {
    return taken ? List.of() : changes;
  }

  /** How many changes were read. */
  int size() {
    return changes.size();
  }

  /** States that every change has been handled at once, so none is left to be sent one by one. */
  public void takenAsWhole() {
    taken = true;
  }

  /**
   * End LSN of the last commit that is wholly contained in this batch and those before it; 0 if
   * there is none yet.
   */
  public long getPosition() {
    return position;
  }

  long committedAtMicros() {
    return committedAtMicros;
  }

  /** States that the events of this batch and its position are in the database. */
  public void stored() {
    stored = true;
  }

  boolean isStored() {
    return stored;
  }

  @Override
  public String toString() {
    return "batch of " + changes.size() + " changes up to " + Lsn.text(position);
  }
}
