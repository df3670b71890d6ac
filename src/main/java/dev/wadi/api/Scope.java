package dev.wadi.api;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a token may do; each operation of the contract names the one it needs as {@code x-scope}.
 */
public enum Scope {
  /** See everything but tokens. */
  READ,
  /** Receive messages and settle them. */
  CONSUME,
  /** Everything. */
  MANAGE;

  /**
   * @throws IllegalArgumentException if one of them is no scope, or there is none
   */
  public static Set<Scope> parse(Collection<String> names) {
    var scopes = EnumSet.noneOf(Scope.class);
    for (var name : names) {
      scopes.add(parse(name));
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("must name at least one of: read, consume, manage");
    }
    return scopes;
  }

  static Scope parse(String name) {
    for (var scope : values()) {
      if (scope.toString().equals(name)) {
        return scope;
      }
    }
    throw new IllegalArgumentException("must be read, consume or manage (got '" + name + "')");
  }

  boolean isGranted(Set<Scope> granted) {
    return granted.contains(this) || granted.contains(MANAGE);
  }

  /** As the contract and the database write it. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
