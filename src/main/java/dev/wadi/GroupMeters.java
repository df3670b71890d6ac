package dev.wadi;

import dev.wadi.consumer.GroupFigures;
import dev.wadi.consumer.GroupWatch;
import dev.wadi.webhook.WebhookDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.ToDoubleFunction;

/** The metrics of consumer groups that this process serves; those of webhooks are told apart. */
final class GroupMeters {

  private final GroupWatch watch;
  private final Clock clock;
  private final LabelledMeters meters;

  GroupMeters(MeterRegistry registry, GroupWatch watch, Clock clock) {
    this.watch = watch;
    this.clock = clock;
    meters =
        new LabelledMeters(registry, "group")
            .gauge(
                "wadi.group.lag.events",
                "Events that the group has not settled, those of parked keys left out",
                "",
                of(each -> each.status().lag()))
            .gauge(
                "wadi.group.pending",
                "Messages in memory that wait for a receiver",
                "",
                of(each -> each.status().queued()))
            .gauge(
                "wadi.group.in.flight",
                "Messages that are out and not acked",
                "",
                of(each -> each.status().inFlight()))
            .gauge(
                "wadi.group.parked.keys",
                "Keys that are parked: they failed, or are far behind",
                "",
                of(each -> each.status().parkedKeys()))
            .gauge("wadi.group.dead", "Dead letters of the group", "", of(GroupFigures::dead))
            .gauge(
                "wadi.group.waiting.receives",
                "Receives that wait for a message",
                "",
                of(each -> each.status().waiting()))
            .gauge(
                "wadi.group.oldest.age",
                "Age of the oldest event that is not settled; 0 if there is none",
                "seconds",
                of(this::oldestAge))
            .gauge(
                "wadi.group.stuck",
                "1 while the group cannot go on because of an error, else 0",
                "",
                of(each -> each.status().error() == null ? 0 : 1))
            .counter(
                "wadi.group.delivered",
                "Messages handed out, each attempt counted, since this process serves the group",
                of(GroupFigures::delivered))
            .counter(
                "wadi.group.acked",
                "Messages acked since this process serves the group",
                of(GroupFigures::acked))
            .counter(
                "wadi.group.expired",
                "Events that retention took before the group had them, since this process serves it",
                of(each -> each.status().expired()));
  }

  /** Looks how the groups are doing, and tells about those that there are. */
  void look() {
    watch.look();
    meters.show(
        watch.last().keySet().stream()
            .filter(group -> !WebhookDefinition.isGroupOfWebhook(group))
            .toList());
  }

  private ToDoubleFunction<String> of(ToDoubleFunction<GroupFigures> figure) {
    return group -> {
      var figures = watch.last().get(group);
      return figures == null ? Double.NaN : figure.applyAsDouble(figures);
    };
  }

  private double oldestAge(GroupFigures figures) {
    var oldest = figures.status().oldestCommittedAt();
    return oldest == null ? 0 : Math.max(0, (clock.millis() - oldest.toEpochMilli()) / 1e3);
  }
}
