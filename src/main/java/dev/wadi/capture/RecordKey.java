package dev.wadi.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * The text of a row's key: its values joined by commas, backslash and comma inside a value escaped
 * by a backslash.
 */
final class RecordKey {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordKey() {}

  static String of(Relation relation, @Nullable String[] row) {
    int[] key = relation.key();
    if (key.length == 1) {
      return escaped(text(row[key[0]]));
    }
    var text = new StringBuilder();
    for (int n = 0; n < key.length; n++) {
      text.append(n == 0 ? "" : ",").append(escaped(text(row[key[n]])));
    }
    return text.toString();
  }

  private static String text(@Nullable String json) {
    if (json == null || !RawChange.isKnown(json)) {
      return "";
    }
    if (json.charAt(0) != '"') {
      return json;
    }
    boolean plain = json.indexOf('\\') < 0;
    return plain ? json.substring(1, json.length() - 1) : unescaped(json);
  }

  private static String unescaped(String json) {
    try {
      return JSON.readValue(json, String.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a key value that is not JSON indicates a bug", e);
    }
  }

  private static String escaped(String value) {
    boolean plain = value.indexOf(',') < 0 && value.indexOf('\\') < 0;
    return plain ? value : value.replace("\\", "\\\\").replace(",", "\\,");
  }
}
