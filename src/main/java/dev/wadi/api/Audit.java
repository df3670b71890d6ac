package dev.wadi.api;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on logger {@code wadi.audit} who managed what, one line per action, refused ones included.
 *
 * <p>Of a body only the name of the thing is told, never anything else.
 */
public final class Audit {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.audit");
  private static final Pattern NAME_IN_PATH = Pattern.compile("/api/[a-z_]+/([^/]+)(/.*)?");
  private static final List<String> NAMES_IN_BODY = List.of("name", "table", "pipeline");
  private static final int LONGEST = 150;
  private static final String NOBODY = "-";

  private Audit() {}

  /**
   * An action that has ended.
   *
   * @param who name of the token, or where it came from
   * @param operation what was asked
   * @param subject name of what it was asked of
   * @param outcome HTTP status, or a word
   */
  public static void write(String who, String operation, String subject, Object outcome) {
    LOG.info(
        "audit: who={} operation={} subject={} outcome={}",
        printable(who),
        operation,
        printable(subject),
        outcome);
  }

  /** Tells of a request once it is answered, if it manages something. */
  static void onEnd(RoutingContext request, Operation operation) {
    if (operation.scope() == Scope.MANAGE) {
      request.addEndHandler(
          end ->
              write(
                  who(request),
                  operation.id(),
                  subject(request),
                  end.succeeded() ? request.response().getStatusCode() : "aborted"));
    }
  }

  private static String who(RoutingContext request) {
    var caller = Caller.of(request);
    return caller == null ? NOBODY : caller.name();
  }

  private static String subject(RoutingContext request) {
    var path = NAME_IN_PATH.matcher(request.normalizedPath());
    boolean isNamed = path.matches() && !request.request().method().name().equals("POST");
    if (isNamed || path.matches() && path.group(2) != null) {
      return path.group(1);
    }
    var name = nameInBody(request);
    return name == null ? NOBODY : name;
  }

  private static @Nullable String nameInBody(RoutingContext request) {
    try {
      var body = request.body() == null ? null : request.body().asJsonObject();
      return body == null
          ? null
          : NAMES_IN_BODY.stream()
              .map(body::getValue)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .findFirst()
              .orElse(null);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static String printable(String text) {
    var line = text.replaceAll("[^\\p{Alnum}_.\\-\"%:()]", "?");
    return line.substring(0, Math.min(line.length(), LONGEST));
  }
}
