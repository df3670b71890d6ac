package dev.wadi.api;

import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request.
 *
 * @param name of the token
 * @param scopes what the token may do
 * @param isRandom whether Wadi made the token, so that nobody can guess it
 */
public record Caller(String name, Set<Scope> scopes, boolean isRandom) {

  private static final String KEY = "wadi.caller";

  /**
   * @throws Problem 403 if the token may not do what needs this scope
   */
  void require(Scope scope) {
    if (!scope.isGranted(scopes)) {
      throw new Problem(
          403,
          "The API token `%1$s` lacks the scope `%2$s`, which this call needs; make one that has it with: wadi token create NAME --scope %2$s"
              .formatted(name, scope));
    }
  }

  /** Tells the handlers behind the front who was let in. */
  void letInto(RoutingContext request) {
    request.put(KEY, this);
  }

  /** Who was let in; null if nobody was. */
  static @Nullable Caller of(RoutingContext request) {
    return request.get(KEY);
  }
}
