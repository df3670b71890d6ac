package dev.wadi.api;

import dev.wadi.stream.Stream;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API's tokens. */
public final class TokenApi {

  private final Tokens tokens;

  public TokenApi(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Body of {@code POST /api/tokens}. */
  public record Create(@Nullable String name, @Nullable List<String> scopes) {}

  /** The stored tokens; nothing that would let anybody in. */
  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    return Map.of("data", tokens.list());
  }

  /** Makes a token; the answer is the only place where it is shown. */
  public Answer create(ApiRequest request) throws SQLException {
    var asked = request.read(Create.class);
    var name = name(asked.name());
    var scopes = scopes(asked.scopes());
    try {
      var token = tokens.create(name, scopes);
      return Answer.created(Map.of("name", name, "scopes", scopes, "token", token));
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

  private static Set<Scope> scopes(@Nullable List<String> scopes) {
    try {
      return scopes == null ? Set.of(Scope.MANAGE) : Scope.parse(scopes);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("scopes", String.valueOf(e.getMessage()));
    }
  }

  private static String name(@Nullable String name) {
    if (name == null || name.isBlank()) {
      throw Problem.invalid("name", "can't be blank");
    }
    Stream.requireAddressable(name);
    if (!Tokens.isName(name)) {
      throw Problem.invalid(
          "name", "must be 1 to 100 letters, digits, underscores, hyphens or dots");
    }
    if (Tokens.isReserved(name)) {
      throw Problem.invalid("name", "is that of the token in the settings; choose another");
    }
    return name;
  }
}
