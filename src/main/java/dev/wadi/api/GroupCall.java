package dev.wadi.api;

import dev.wadi.webhook.WebhookDefinition;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call that only the process can answer which serves the consumer group.
 *
 * @param group name of the group
 * @param call last part of the path
 */
record GroupCall(String group, String call) {

  private static final Pattern PATH =
      Pattern.compile(
          "/api/(?:http_pull_consumers|consumer_groups)/([^/]+)"
              + "/(receive|ack|nack|extend|seek|status|blocked|dead/redrive)");

  private static final Pattern WEBHOOK_PATH =
      Pattern.compile("/api/webhooks/([^/]+)/(redeliver|seek)");

  /** The call that a path stands for; null if it is none of these. */
  static @Nullable GroupCall of(String path) {
    var matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      return ofWebhook(path);
    }
    var group = ApiRequest.decoded(matcher.group(1));
    return WebhookDefinition.isGroupOfWebhook(group)
        ? null
        : new GroupCall(group, matcher.group(2));
  }

  private static @Nullable GroupCall ofWebhook(String path) {
    var matcher = WEBHOOK_PATH.matcher(path);
    return matcher.matches()
        ? new GroupCall(
            WebhookDefinition.group(ApiRequest.decoded(matcher.group(1))), matcher.group(2))
        : null;
  }

  boolean isReceive() {
    return call.equals("receive");
  }
}
