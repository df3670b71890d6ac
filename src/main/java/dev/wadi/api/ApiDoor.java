package dev.wadi.api;

import dev.wadi.consumer.NotOwnerException;
import dev.wadi.consumer.TooManyWaitingException;
import dev.wadi.consumer.UnknownGroupException;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.stream.ValidationException;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first and the last step of every API route: lets in who has a token, and answers in JSON.
 *
 * <p>Behind the door nothing of the request is left in headers, where a step might take it for an
 * instruction.
 */
public final class ApiDoor {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.api");

  private final Tokens tokens;
  private final Map<String, Scope> scopes;

  public ApiDoor(Tokens tokens, OpenApi openApi) {
    this.tokens = tokens;
    this.scopes = new ApiPaths(openApi.contract()).scopes();
  }

  /**
   * Checks the token and puts the request into variable {@code request}.
   *
   * @throws Problem 401 without a valid token, 403 if it lacks the scope of this route's operation
   */
  public void enter(Exchange exchange) {
    var message = exchange.getMessage(HttpMessage.class);
    var headers = message.getRequest().headers();
    var caller = tokens.require(headers.getAll("Authorization"));
    caller.require(scopes.getOrDefault(ExchangeHelper.getRouteId(exchange), Scope.MANAGE));
    var name = ApiRequest.decoded(message.getHeader("name"));
    requireJson(headers);
    byte[] body = message.getBody(byte[].class);
    var request =
        new ApiRequest(
            name,
            query(message.getRequest().uri()),
            body == null ? new byte[0] : body,
            headers.get("If-Match"),
            headers.get(LongPolls.HEADER));
    exchange.setVariable("request", request);
    message.removeHeaders("*");
    message.setBody(null);
  }

  /** Makes JSON of the body, which may be an {@link Answer}. */
  public void answer(Exchange exchange) {
    var message = exchange.getMessage();
    var answer = message.getBody() instanceof Answer given ? given : Answer.ok(message.getBody());
    write(exchange, answer);
  }

  /** Says what went wrong, in JSON; the caller learns nothing of what only a developer can mend. */
  public void refuse(Exchange exchange) {
    var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    write(exchange, answerTo(failure));
  }

  /** The answer to a failure. */
  static Answer answerTo(Throwable failure) {
    var problem = problem(failure);
    var body = new HashMap<String, Object>();
    body.put("summary", String.valueOf(problem.getMessage()));
    if (!problem.validationErrors().isEmpty()) {
      body.put("validation_errors", problem.validationErrors());
    }
    return new Answer(
        problem.status(),
        body,
        problem.status() == 429 || problem.status() == 503 ? Map.of("Retry-After", "1") : Map.of());
  }

  /**
   * @throws Problem 415 if the body is said to be something else
   */
  static void requireJson(MultiMap headers) {
    var type = headers.get("Content-Type");
    boolean isJson = type == null || type.toLowerCase(Locale.ROOT).startsWith("application/json");
    if (!isJson) {
      throw new Problem(
          415, "The body must be JSON; send the header Content-Type: application/json");
    }
  }

  private static Problem problem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      var known = known(cause);
      if (known != null) {
        return known;
      }
    }
    if (Databases.isUnstorable(failure)) {
      return Problem.badRequest("Text must not contain the character U+0000 or half a character");
    }
    if (Databases.isTooSlow(failure)) {
      return new Problem(
          504,
          "The database ended the statement, which took too long (reading events may take "
              + DatabaseAddress.READ_SECONDS
              + " s); ask for less: a smaller `limit`, an `after` or `before` that is nearer, or one row by"
              + " /api/events/history");
    }
    if (Databases.isUnreachable(failure)) {
      return new Problem(503, "The database does not answer, or too many read at once; try again");
    }
    if (Databases.isConflict(failure)) {
      return new Problem(
          409, "What the call is about was changed by another call at the same time; try again");
    }
    if (Databases.isDeadlock(failure)) {
      return new Problem(503, "The call and another held each other up in the database; try again");
    }
    LOG.error("request failed", failure);
    return new Problem(500, "Wadi failed to handle the request; its log says why");
  }

  private static @Nullable Problem known(Throwable failure) {
    if (failure instanceof Problem problem) {
      return problem;
    }
    if (failure instanceof ValidationException invalid) {
      return Problem.invalid(invalid.errors());
    }
    if (failure instanceof UnknownGroupException) {
      return ConsumerGroupApi.unknown();
    }
    if (failure instanceof NotOwnerException) {
      return new Problem(503, String.valueOf(failure.getMessage()));
    }
    return failure instanceof TooManyWaitingException
        ? new Problem(429, String.valueOf(failure.getMessage()))
        : null;
  }

  private static void write(Exchange exchange, Answer answer) {
    var message = exchange.getMessage();
    message.removeHeaders("*");
    answer.headers().forEach(message::setHeader);
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
    message.setHeader(Exchange.CONTENT_TYPE, answer.contentType());
    message.setBody(answer.text());
  }

  /** The query alone: Vert.x counts the parts of the path among its parameters. */
  static Map<String, String> query(String uri) {
    var query = new HashMap<String, String>();
    new QueryStringDecoder(uri)
        .parameters()
        .forEach(
            (name, values) -> {
              if (values.size() > 1) {
                throw Problem.badRequest("Parameter `" + name + "` must be given once");
              }
              query.put(name, values.get(0));
            });
    return query;
  }
}
