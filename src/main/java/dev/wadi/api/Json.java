package dev.wadi.api;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the API reads and writes JSON: {@code snake_case}, ISO times, and unknown fields refused. */
public final class Json {

  private static final int MAX_DEPTH = 50;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(com.fasterxml.jackson.databind.MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(LogicalType.Textual, Json::refuseScalars)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  static {
    MAPPER.configOverride(List.class).setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
  }

  private Json() {}

  /**
   * Reads a request's body.
   *
   * @throws Problem 400 if it is no JSON of that shape, 422 for an unknown or wrongly typed field
   */
  public static <T> T read(byte[] body, Class<T> type) {
    if (body.length == 0) {
      throw Problem.badRequest("The body must be a JSON object (got nothing)");
    }
    try {
      T value = MAPPER.readValue(body, type);
      if (value == null) {
        throw Problem.badRequest("The body must be a JSON object (got null)");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      throw Problem.invalid(path(e), "is not a known field");
    } catch (MismatchedInputException e) {
      throw mismatch(e);
    } catch (com.fasterxml.jackson.databind.exc.ValueInstantiationException e) {
      throw e.getCause() instanceof Problem problem
          ? problem
          : Problem.badRequest(sentence(e.getCause()));
    } catch (JsonMappingException e) {
      throw e.getCause() instanceof InputCoercionException
          ? Problem.invalid(path(e), "must be a whole number")
          : notJson(e);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw Problem.badRequest("The body could not be read");
    }
  }

  /** JSON text of an answer. */
  public static String write(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer that is not JSON indicates a bug", e);
    }
  }

  /** An empty list. */
  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** A tree for text that is known to be JSON. */
  public static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text that should be JSON is not, which indicates a bug", e);
    }
  }

  /** A number is no text, although Jackson would take it for one. */
  private static void refuseScalars(MutableCoercionConfig text) {
    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

  private static Problem notJson(JsonProcessingException e) {
    return Problem.badRequest("The body is not valid JSON: " + e.getOriginalMessage());
  }

  private static Problem mismatch(MismatchedInputException e) {
    var field = path(e);
    if (field.isEmpty()) {
      return Problem.badRequest("The body must be a JSON object");
    }
    var expected = e.getTargetType() == null ? "another type" : word(e.getTargetType());
    return Problem.invalid(field, "must be " + expected);
  }

  private static String word(Class<?> type) {
    if (Number.class.isAssignableFrom(type) || type.isPrimitive() && type != boolean.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    return java.util.Collection.class.isAssignableFrom(type) ? "a list" : "an object";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String sentence(@Nullable Throwable cause) {
    return cause == null ? "The body is refused" : String.valueOf(cause.getMessage());
  }
}
