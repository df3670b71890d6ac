package dev.wadi.api;

import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The API's tokens. */
public final class TokenApi {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,100}");

  private final Tokens tokens;

  public TokenApi(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Body of {@code POST /api/tokens}. */
  public record Create(@Nullable String name) {}

  /** The stored tokens; nothing that would let anybody in. */
  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    return Map.of("data", tokens.list());
  }

  /** Makes a token; the answer is the only place where it is shown. */
  public Answer create(ApiRequest request) throws SQLException {
    var name = name(request.read(Create.class).name());
    try {
      return Answer.created(Map.of("name", name, "token", tokens.create(name)));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("name", "has already been taken; revoke it first or choose another");
    }
  }

  /** Ends a token. */
  public Answer revoke(ApiRequest request) throws SQLException {
    if (!tokens.revoke(request.name())) {
      throw Problem.notFound("token", request.name());
    }
    return Answer.nothing();
  }

  private static String name(@Nullable String name) {
    if (name == null || name.isBlank()) {
      throw Problem.invalid("name", "can't be blank");
    }
    if (!NAME.matcher(name).matches()) {
      throw Problem.invalid(
          "name", "must be 1 to 100 letters, digits, underscores, hyphens or dots");
    }
    return name;
  }
}
