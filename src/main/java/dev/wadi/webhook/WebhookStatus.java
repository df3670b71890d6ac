package dev.wadi.webhook;

import dev.wadi.consumer.GroupStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a webhook is doing.
 *
 * @param state one of {@link #STATES}
 * @param reason why it does not send as usual; null while it does, and while its user paused it
 * @param inFlight requests under way
 * @param pausedMs how long the receiver asked to be left alone, from now
 * @param group how its consumer group goes; null while another process serves it
 */
public record WebhookStatus(
    String state,
    @Nullable String reason,
    int inFlight,
    long pausedMs,
    @Nullable GroupStatus group) {

  /**
   * {@code failing} gets single requests only, because the last ones all failed; {@code waiting} is
   * left alone because its receiver asked for it.
   */
  static final List<String> STATES =
      List.of("starting", "active", "waiting", "failing", "paused", "disabled");
}
