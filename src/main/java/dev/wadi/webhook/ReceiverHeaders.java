package dev.wadi.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wadi.stream.ValidationException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Headers of the user's own that go with every request; their values are never printed. */
public final class ReceiverHeaders {

  public static final ReceiverHeaders NONE = new ReceiverHeaders(Map.of());
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final int MAX_HEADERS = 50;
  private static final int MAX_VALUE_LENGTH = 8_000;
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");
  private static final Set<String> OURS =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "connection",
          "keep-alive",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "proxy-authorization");

  /** The HTTP step does not pass them on. */
  private static final Set<String> KEPT_BACK =
      Set.of("cache-control", "date", "pragma", "via", "warning");

  private static final Pattern OUR_PREFIXES =
      Pattern.compile("(webhook-|ce-|wadi-|camel|org\\.apache\\.camel).*");

  private final Map<String, String> values;

  /**
   * @throws ValidationException if one of them cannot be sent, or is Wadi's own
   */
  public ReceiverHeaders(Map<String, String> headers) {
    var checked = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, value) -> {
          require(name, value);
          if (checked.put(name, value) != null) {
            throw refused("must not name '" + name + "' twice");
          }
        });
    if (checked.size() > MAX_HEADERS) {
      throw refused("must be at most " + MAX_HEADERS);
    }
    values = Collections.unmodifiableMap(checked);
  }

  /**
   * Those of a user, who is to know what would not arrive; webhooks that have such are left alone.
   *
   * @throws ValidationException if one of them is not sent, cannot be sent, or is Wadi's own
   */
  public static ReceiverHeaders given(Map<String, String> headers) {
    for (var name : headers.keySet()) {
      if (KEPT_BACK.contains(name.toLowerCase(Locale.ROOT))) {
        throw refused("must not set '" + name + "', which is not sent");
      }
    }
    return new ReceiverHeaders(headers);
  }

  /**
   * Those of a route file.
   *
   * @param json one object whose values are texts; empty for none
   * @throws ValidationException as {@link #given} does, and if it is no such object
   */
  static ReceiverHeaders parse(String json) {
    if (json.isBlank()) {
      return NONE;
    }
    try {
      Map<String, String> headers = JSON.readValue(json, new TypeReference<>() {});
      return given(headers == null ? Map.of() : headers);
    } catch (JsonProcessingException e) {
      // What the parser says may hold a value.
      throw refused("must be one JSON object of texts, as {\"X-Key\": \"value\"}");
    }
  }

  /** Values by name. */
  Map<String, String> values() {
    return values;
  }

  /** What may be shown. */
  public Set<String> names() {
    return values.keySet();
  }

  @Override
  public String toString() {
    return names().toString();
  }

  private static void require(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw refused("must have names of letters, digits and hyphens (got '" + name + "')");
    }
    var lower = name.toLowerCase(Locale.ROOT);
    if (OURS.contains(lower) || OUR_PREFIXES.matcher(lower).matches()) {
      throw refused("must not set '" + name + "', which Wadi sets itself");
    }
    boolean sendable =
        value != null && value.length() <= MAX_VALUE_LENGTH && VALUE.matcher(value).matches();
    if (!sendable) {
      throw refused(
          "must give '"
              + name
              + "' as at most "
              + MAX_VALUE_LENGTH
              + " printable ASCII characters");
    }
  }

  private static ValidationException refused(String message) {
    return ValidationException.of("headers", message);
  }
}
