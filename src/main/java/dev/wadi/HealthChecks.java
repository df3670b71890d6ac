package dev.wadi;

import dev.wadi.capture.CaptureState;
import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.SlotWatch;
import dev.wadi.consumer.GroupWatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/**
 * What health on the management port is made of, besides that of webhooks.
 *
 * <p>Alive means that another start of the process would not help; a database that is away takes no
 * liveness. Nothing here asks a database: what is told was seen at the last look.
 */
final class HealthChecks {

  /** Several looks in a row got no answer. */
  private static final double SILENT_LIMIT_SECONDS = 15;

  private HealthChecks() {}

  static List<HealthCheck> all(CaptureStatus capture, SlotWatch slot, GroupWatch groups) {
    return List.of(
        new Engine(capture),
        new Ready("capture", answer -> capture(capture, answer)),
        new Ready("slot", answer -> slot(slot, answer)),
        new Ready("position", answer -> position(capture, answer)),
        new Ready("event-log", answer -> eventLog(groups, answer)));
  }

  private static @Nullable String capture(CaptureStatus status, Map<String, Object> details) {
    details.putAll(status.health());
    return status.state().healthy() ? null : status.state() + ": " + status.reason();
  }

  private static @Nullable String slot(SlotWatch slot, Map<String, Object> details) {
    var last = slot.last();
    if (last.isNone()) {
      return "there is no slot, or the captured database has not answered yet";
    }
    details.put("wal_status", last.walStatus());
    details.put("lag_bytes", last.lagBytes());
    details.put("retained_bytes", last.retainedBytes());
    details.put("seconds_until_lost", last.secondsUntilLost());
    if (last.isLost()) {
      return "Postgres gave the slot up; see docs/operations.md, slot_invalidated";
    }
    return !last.isCurrent() ? "the captured database does not answer" : null;
  }

  private static @Nullable String position(CaptureStatus status, Map<String, Object> details) {
    details.put("position", status.health().get("position"));
    boolean isExpected = status.state() != CaptureState.STANDBY;
    return isExpected && status.position() == 0 ? "no position is known yet" : null;
  }

  private static @Nullable String eventLog(GroupWatch groups, Map<String, Object> details) {
    details.put("silent_seconds", Math.round(groups.silentSeconds()));
    if (groups.problem().isEmpty() && groups.silentSeconds() < SILENT_LIMIT_SECONDS) {
      return null;
    }
    return "the event-log database does not answer: " + groups.problem();
  }

  /** Fills in details; answers what is wrong, null if nothing is. */
  private interface Look {
    @Nullable String at(Map<String, Object> details);
  }

  /** Readiness: whether this process does its work now. */
  private static final class Ready extends AbstractHealthCheck {

    private final Look look;

    Ready(String name, Look look) {
      super("wadi", name);
      this.look = look;
    }

    @Override
    public boolean isLiveness() {
      return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
      var details = new LinkedHashMap<String, Object>();
      var problem = look.at(details);
      builder.details(details);
      if (problem == null) {
        builder.up();
        return;
      }
      builder.message(problem).down();
    }
  }

  /** Liveness: whether capture goes on, or tries to. */
  private static final class Engine extends AbstractHealthCheck {

    private final CaptureStatus status;

    Engine(CaptureStatus status) {
      super("wadi", "engine");
      this.status = status;
    }

    @Override
    public boolean isLiveness() {
      return true;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
      builder.state(status.isAlive() ? HealthCheck.State.UP : HealthCheck.State.DOWN);
    }
  }
}
