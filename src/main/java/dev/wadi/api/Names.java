package dev.wadi.api;

import dev.wadi.postgres.TableName;
import org.jspecify.annotations.Nullable;

/** Reads names that callers give. */
final class Names {

  private Names() {}

  /**
   * A table's name in a body.
   *
   * @throws Problem 422 on the field if it is missing or no name
   */
  static TableName table(String field, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw Problem.invalid(field, "can't be blank");
    }
    try {
      return TableName.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(field, String.valueOf(e.getMessage()));
    }
  }

  /**
   * A table's name in the query.
   *
   * @throws Problem 400 if it is no name
   */
  static TableName tableParameter(ApiRequest request, String parameter) {
    try {
      return TableName.parse(request.required(parameter));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }
}
