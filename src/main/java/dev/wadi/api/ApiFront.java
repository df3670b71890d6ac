package dev.wadi.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/**
 * Stands before the API's routes: answers in the API's words what never reaches a route, and sets
 * the headers that every answer carries.
 *
 * <p>It grants nothing; the token is checked behind it, by {@link ApiDoor}.
 */
public final class ApiFront implements Handler<RoutingContext> {

  /** Most bytes of a body. */
  public static final long MAX_BODY_BYTES = 1_048_576;

  private static final int TOO_LARGE = 413;

  /** The second name of the calls that consumers make. */
  private static final Pattern ALIAS =
      Pattern.compile("/api/consumer_groups/([^/]+/(?:receive|ack|nack|extend))");

  private final ApiPaths paths;

  public ApiFront(OpenApi openApi) {
    paths = new ApiPaths(openApi.contract());
  }

  @Override
  public void handle(RoutingContext context) {
    context
        .response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Cache-Control", "no-store");
    var path = context.normalizedPath();
    var alias = ALIAS.matcher(path);
    if (alias.matches()) {
      var query = context.request().query();
      context.reroute(
          context.request().method(),
          "/api/http_pull_consumers/" + alias.group(1) + (query == null ? "" : "?" + query));
      return;
    }
    var methods = paths.methodsOf(path);
    if (methods.isEmpty()) {
      end(context, new Problem(404, "Not found: there is no `" + path + "` in this API"));
    } else if (!methods.contains(context.request().method().name())) {
      context.response().putHeader("Allow", String.join(", ", methods));
      end(
          context,
          new Problem(405, "Method not allowed; this path takes " + String.join(", ", methods)));
    } else if (bodyLength(context) > MAX_BODY_BYTES) {
      end(context, tooLarge());
    } else {
      readFormsAsJson(context);
      context.next();
    }
  }

  /**
   * Answers in the API's words what fails before it reaches a route, such as a body without end.
   */
  public void refuse(RoutingContext context) {
    if (context.response().headWritten()) {
      context.next();
      return;
    }
    int status = context.statusCode();
    boolean isRefused = status >= 400 && status < 500;
    var problem = new Problem(status, "The request cannot be read");
    end(context, status == TOO_LARGE ? tooLarge() : isRefused ? problem : context.failure());
  }

  /** Answers where no route does yet: the server listens before all routes are there. */
  public static void refuseForNow(RoutingContext context) {
    end(context, new Problem(503, "Wadi is starting; try again in a second"));
  }

  private static Problem tooLarge() {
    return new Problem(TOO_LARGE, "The body must be at most " + MAX_BODY_BYTES + " bytes");
  }

  /** curl and others call a body a form unless told otherwise; the API has no forms. */
  private static void readFormsAsJson(RoutingContext context) {
    var headers = context.request().headers();
    var type = headers.get("Content-Type");
    if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
      headers.set("Content-Type", "application/json");
    }
  }

  private static long bodyLength(RoutingContext context) {
    var length = context.request().getHeader("Content-Length");
    return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
  }

  static void end(RoutingContext context, Throwable failure) {
    var answer = ApiDoor.answerTo(failure);
    var response = context.response().setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    response.putHeader("Content-Type", answer.contentType()).end(answer.text());
  }
}
