package dev.wadi.consumer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a consumer group is doing.
 *
 * @param state {@code running}, {@code paused} or {@code error}
 * @param error why it is stuck; null unless it is
 * @param epoch grows with every takeover and every seek
 * @param cursor everything up to this seq is settled, except events of parked keys
 * @param highWater seq of the newest event that was seen
 * @param lag events that are not settled, those of parked keys not counted
 * @param queued messages in memory that wait for a receiver
 * @param inFlight messages that are out
 * @param parkedKeys keys that go their own way
 * @param waiting receives that wait
 * @param expired events that retention took before the group had them, since this process serves it
 * @param expiredFrom seq of the first of them; null if there are none
 * @param expiredTo seq of the last of them; null if there are none
 * @param oldestSeq the oldest event that is not settled; null if there is none
 * @param oldestCommittedAt when it was committed; null if it is not in memory
 */
public record GroupStatus(
    String state,
    @Nullable String error,
    long epoch,
    long cursor,
    long highWater,
    long lag,
    int queued,
    int inFlight,
    int parkedKeys,
    int waiting,
    long expired,
    @Nullable Long expiredFrom,
    @Nullable Long expiredTo,
    @Nullable Long oldestSeq,
    @Nullable Instant oldestCommittedAt) {

  static GroupStatus of(
      Epoch epoch,
      String state,
      @Nullable String error,
      long highWater,
      int waiting,
      Expired expired) {
    var dispatcher = epoch.dispatcher();
    var window = dispatcher.window();
    var oldest = dispatcher.oldest();
    return new GroupStatus(
        state,
        error,
        epoch.number(),
        window.cursor(),
        highWater,
        Math.max(0, highWater - window.cursor() - window.settledAbove()),
        dispatcher.queuedEvents(),
        dispatcher.inFlight(),
        dispatcher.parkedKeys(),
        waiting,
        expired.events(),
        expired.events() == 0 ? null : expired.from(),
        expired.events() == 0 ? null : expired.to(),
        oldest == null ? null : oldest.seq(),
        oldest == null ? null : oldest.committedAt());
  }
}
