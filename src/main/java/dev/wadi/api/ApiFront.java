package dev.wadi.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/**
 * Stands before the API's routes: lets in who has a token that may do what is asked, before the
 * body is read; answers in the API's words what never reaches a route; and sets the headers that
 * every answer carries.
 *
 * <p>{@link ApiDoor} checks the token again, so that no route depends on what stands before it.
 */
public final class ApiFront implements Handler<RoutingContext> {

  /** Most bytes of a body. */
  public static final long MAX_BODY_BYTES = 1_048_576;

  private static final int UNAUTHORIZED = 401;
  private static final int TOO_LARGE = 413;

  /** The calls of consumers and those of a group are under both names. */
  private static final Pattern CONSUMING =
      Pattern.compile("/api/consumer_groups/([^/]+/(?:receive|ack|nack|extend))");

  private static final Pattern MANAGING =
      Pattern.compile(
          "/api/http_pull_consumers/([^/]+/(?:seek|status|blocked|dead|dead/redrive|pause|resume))");

  private final ApiPaths paths;

  private final Tokens tokens;
  private final RateLimits limits;

  public ApiFront(OpenApi openApi, Tokens tokens, RateLimits limits) {
    this.paths = new ApiPaths(openApi.contract());
    this.tokens = tokens;
    this.limits = limits;
  }

  @Override
  public void handle(RoutingContext context) {
    putHeaders(context);
    boolean isPath = context.request().uri().startsWith("/");
    if (!isPath) {
      end(context, Problem.badRequest("The request's target must be a path, such as /api/streams"));
      return;
    }
    var path = context.normalizedPath();
    var consuming = CONSUMING.matcher(path);
    if (consuming.matches()) {
      reroute(context, "/api/http_pull_consumers/" + consuming.group(1));
      return;
    }
    var managing = MANAGING.matcher(path);
    if (managing.matches()) {
      reroute(context, "/api/consumer_groups/" + managing.group(1));
      return;
    }
    try {
      letIn(context, operation(context, path));
    } catch (Problem refused) {
      end(context, refused);
      return;
    }
    readFormsAsJson(context);
    context.next();
  }

  private static void putHeaders(RoutingContext context) {
    context
        .response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Referrer-Policy", "no-referrer");
  }

  private static void reroute(RoutingContext context, String path) {
    var query = context.request().query();
    context.reroute(context.request().method(), path + (query == null ? "" : "?" + query));
  }

  private Operation operation(RoutingContext context, String path) {
    var operations = paths.operationsOf(path);
    if (operations.isEmpty()) {
      throw new Problem(404, "Not found: there is no `" + path + "` in this API");
    }
    var operation = operations.get(context.request().method().name());
    if (operation == null) {
      var methods = String.join(", ", operations.keySet());
      context.response().putHeader("Allow", methods);
      throw new Problem(405, "Method not allowed; this path takes " + methods);
    }
    return operation;
  }

  private void letIn(RoutingContext context, Operation operation) {
    Audit.onEnd(context, operation);
    var caller = caller(context);
    caller.require(operation.scope());
    if (bodyLength(context) > MAX_BODY_BYTES) {
      throw tooLarge();
    }
  }

  private Caller caller(RoutingContext context) {
    var authorization = context.request().headers().getAll("Authorization");
    Caller caller;
    try {
      caller = tokens.require(authorization);
    } catch (Problem refused) {
      boolean wasTried = !authorization.isEmpty() && refused.status() == UNAUTHORIZED;
      if (wasTried) {
        limits.require(null);
      }
      throw refused;
    }
    // Before it can be refused, so that the audit says who was.
    caller.letInto(context);
    limits.require(caller);
    return caller;
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

  /** Answers where the router finds no route, as it cannot read the path. */
  public static void refusePath(RoutingContext context) {
    if (!context.response().headWritten()) {
      putHeaders(context);
      end(context, Problem.badRequest("The path cannot be read; a % in it is written %25"));
    }
  }

  /** Refuses headers that would fail in whatever route reads them. */
  public static void refuseHeaders(RoutingContext context) {
    if (hasReadableHeaders(context)) {
      context.next();
    } else {
      end(
          context,
          new Problem(
              415,
              "The headers Content-Type and Accept cannot be read; send Content-Type: application/json"));
    }
  }

  private static boolean hasReadableHeaders(RoutingContext context) {
    try {
      var headers = context.parsedHeaders();
      // Each is parsed when it is asked for something.
      headers.contentType().parameters();
      headers.accept().forEach(MIMEHeader::parameters);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Answers where no route does: Wadi starts or stops, or a route is being edited. */
  public static void refuseForNow(RoutingContext context) {
    end(
        context,
        new Problem(
            503,
            "This is not served just now: Wadi starts or stops, or the route is being changed; try again in a second"));
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
