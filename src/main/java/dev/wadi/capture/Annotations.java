package dev.wadi.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wadi.postgres.JsonText;
import org.jspecify.annotations.Nullable;

/** What a transaction says about its own changes: a JSON object in a logical message. */
final class Annotations {

  private static final int MAX_CHARACTERS = 65_536;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Annotations() {}

  /**
   * The text itself if it is a JSON object of at most 64 Ki characters that jsonb can hold, else
   * null.
   */
  static @Nullable String validOrNull(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return null;
    }
    try {
      return JSON.readTree(text).isObject() && JsonText.isStorable(text) ? text : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
