package dev.wadi.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the webhooks that this process serves. However many there are, only so many have
 * metrics of their own: the others are counted together and have no gauges.
 */
public final class WebhookMeters {

  static final int MOST = 100;
  static final String OTHERS = "(others)";

  private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
  private final Map<String, WebhookMeter> byName = new ConcurrentHashMap<>();
  private volatile @Nullable WebhookMeter others;

  /** From here on the metrics are found there too. */
  public void meet(MeterRegistry joined) {
    registry.add(joined);
  }

  /** Where the requests of a webhook are noted. */
  WebhookMeter of(String webhook) {
    var own = byName.get(webhook);
    return own == null ? begun(webhook) : own;
  }

  /** A webhook may have sent before it was shown. */
  private synchronized WebhookMeter begun(String webhook) {
    boolean mayHaveOwn = byName.size() < MOST || byName.containsKey(webhook);
    return mayHaveOwn
        ? byName.computeIfAbsent(webhook, name -> new WebhookMeter(registry, name))
        : others();
  }

  /** Shows how the webhooks are doing that are served here, and nothing of any other. */
  synchronized void show(Map<String, WebhookStatus> served, Map<String, Long> dead) {
    byName.entrySet().removeIf(each -> removed(each, served));
    served.forEach(
        (name, status) -> {
          var meter = begun(name);
          if (meter != others) {
            meter.show(status, dead.getOrDefault(name, 0L));
          }
        });
  }

  private static boolean removed(
      Map.Entry<String, WebhookMeter> meter, Map<String, WebhookStatus> served) {
    boolean gone = !served.containsKey(meter.getKey()) && meter.getValue().mayGo();
    if (gone) {
      meter.getValue().remove();
    }
    return gone;
  }

  private WebhookMeter others() {
    var found = others;
    if (found == null) {
      // A registry gives the same meter to whoever asks twice.
      found = new WebhookMeter(registry, OTHERS);
      others = found;
    }
    return found;
  }
}
