package dev.wadi.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Column names and values as one JSON object.
 *
 * <p>A map to whoever looks inside, text to whoever only passes it on: the text is parsed when a
 * value is first read and written anew only after a value was changed. Numbers are read as {@link
 * java.math.BigInteger}, {@link Integer}, {@link Long} or {@link java.math.BigDecimal} and keep
 * every digit.
 */
public final class Row extends AbstractMap<String, @Nullable Object> {

  /** The rows are Postgres's own: whatever it holds is read, however long, large or deep. */
  private static final JsonFactory UNLIMITED =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
          .build();

  private static final ObjectMapper JSON =
      JsonMapper.builder(UNLIMITED)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> COLUMNS =
      new TypeReference<>() {};

  private @Nullable String json;
  private @Nullable Map<String, @Nullable Object> columns;

  /**
   * A row from the text of a JSON object.
   *
   * @param json must be a JSON object; this is checked when a value is first read
   */
  public Row(String json) {
    this.json = json;
  }

  /** The row as JSON text; the text it was made of unless a value has been changed since. */
  public String json() {
    var text = json;
    if (text == null) {
      text = write(columns());
      json = text;
    }
    return text;
  }

  /** A row of the same text; what is changed in one is not seen in the other. */
  public Row copy() {
    return new Row(json());
  }

  /**
   * The values of some columns, without those that the row does not have. Cheaper than {@link #get}
   * for a row that nobody has looked into: it reads no further than it must, and of columns with
   * one name takes the first.
   */
  public Map<String, @Nullable Object> only(Set<String> wanted) {
    var found = new HashMap<String, @Nullable Object>();
    var parsed = columns;
    if (parsed != null) {
      wanted.stream()
          .filter(parsed::containsKey)
          .forEach(name -> found.put(name, parsed.get(name)));
      return found;
    }
    try (var parser = JSON.createParser(json())) {
      parser.nextToken();
      while (found.size() < wanted.size() && parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        if (wanted.contains(name) && !found.containsKey(name)) {
          found.put(name, JSON.readValue(parser, Object.class));
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("row is not a JSON object: " + e.getMessage(), e);
    }
    return found;
  }

  /** An object or array is the row's own: what is changed in it is changed in the row. */
  @Override
  public @Nullable Object get(Object column) {
    var value = columns().get(column);
    mayChange(value);
    return value;
  }

  /** Whoever has an object or array may change it, and nothing tells. */
  private void mayChange(@Nullable Object value) {
    if (value instanceof Map || value instanceof List) {
      json = null;
    }
  }

  @Override
  public boolean containsKey(Object column) {
    return columns().containsKey(column);
  }

  @Override
  public @Nullable Object put(String column, @Nullable Object value) {
    var previous = columns().put(column, value);
    json = null;
    return previous;
  }

  @Override
  public @Nullable Object remove(Object column) {
    var previous = columns().remove(column);
    json = null;
    return previous;
  }

  /** The columns in the order of the table; removing through the iterator changes the row. */
  @Override
  public Set<Map.Entry<String, @Nullable Object>> entrySet() {
    return new java.util.AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
        return new ColumnIterator(columns().entrySet().iterator());
      }

      @Override
      public int size() {
        return columns().size();
      }
    };
  }

  @Override
  public String toString() {
    return json();
  }

  private Map<String, @Nullable Object> columns() {
    var parsed = columns;
    if (parsed == null) {
      parsed = read(json());
      columns = parsed;
    }
    return parsed;
  }

  private static Map<String, @Nullable Object> read(String json) {
    try {
      return JSON.readValue(json, COLUMNS);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("row is not a JSON object: " + e.getOriginalMessage(), e);
    }
  }

  private static String write(Map<String, @Nullable Object> columns) {
    try {
      return JSON.writeValueAsString(columns);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "row holds a value that JSON cannot: " + e.getOriginalMessage(), e);
    }
  }

  /** Entries that tell the row when they are changed. */
  private final class ColumnIterator implements Iterator<Map.Entry<String, @Nullable Object>> {
    private final Iterator<Map.Entry<String, @Nullable Object>> columns;

    ColumnIterator(Iterator<Map.Entry<String, @Nullable Object>> columns) {
      this.columns = columns;
    }

    @Override
    public boolean hasNext() {
      return columns.hasNext();
    }

    @Override
    public Map.Entry<String, @Nullable Object> next() {
      var column = columns.next();
      mayChange(column.getValue());
      return new SimpleEntry<>(column) {
        @Override
        public @Nullable Object setValue(@Nullable Object value) {
          json = null;
          column.setValue(value);
          return super.setValue(value);
        }
      };
    }

    @Override
    public void remove() {
      columns.remove();
      json = null;
    }
  }
}
