package dev.wadi.capture;

import dev.wadi.postgres.PostgresType;
import dev.wadi.postgres.PostgresTypes;
import io.debezium.connector.postgresql.connection.ReplicationMessageColumnValueResolver;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's converter for every column: the value becomes the JSON text that {@code to_jsonb} of
 * the row would hold, SQL null becomes null, and a value that Postgres did not send becomes {@link
 * #UNAVAILABLE}.
 *
 * <p>It is given Postgres's own text of each value by {@link
 * ReplicationMessageColumnValueResolver}. An error in the text of a composite value that was
 * written before its type was altered leaves that text as a JSON string.
 *
 * <p>Property {@code types}: key under which the {@link PostgresTypes} of the captured database are
 * registered with {@link EngineParts}.
 */
public final class JsonTextConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

  /** Stands for a value that Postgres did not send (unchanged TOAST); it is no JSON text. */
  public static final String UNAVAILABLE = "\0unavailable";

  private @Nullable PostgresTypes types;

  /** Debezium makes the converter by name. */
  public JsonTextConverter() {}

  /**
   * Finds the types.
   *
   * @throws IllegalStateException if Debezium would parse values before we see them
   */
  @Override
  public void configure(Properties properties) {
    requireText();
    types = EngineParts.lookup(properties.getProperty("types", ""));
  }

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    var known = types;
    if (known == null) {
      throw new IllegalStateException("converter is not configured, which indicates a bug");
    }
    registration.register(new TextSchema(), new ColumnText(column, known)::of);
  }

  /** Whether every value of this type becomes what {@code to_jsonb} gives. */
  public static boolean isExact(PostgresType type) {
    return inexactness(type).isEmpty();
  }

  /** What is not as {@code to_jsonb} gives it, as a sentence for the owner; empty if nothing. */
  public static Optional<String> inexactness(PostgresType type) {
    var base = type.base();
    if (base instanceof PostgresType.CastToJson) {
      return Optional.of(
          "type "
              + base.name()
              + " has its own cast to json, which only Postgres can apply: it is written as the"
              + " string that Postgres prints for it");
    }
    if (base instanceof PostgresType.Array array) {
      return inexactness(array.element());
    }
    if (base instanceof PostgresType.Composite composite) {
      return composite.attributes().stream()
          .flatMap(attribute -> inexactness(attribute.type()).stream())
          .findFirst();
    }
    return Optional.empty();
  }

  private static void requireText() {
    try {
      ReplicationMessageColumnValueResolver.givesText();
    } catch (NoSuchMethodError e) {
      throw new IllegalStateException(
          "class path: wadi must stand before debezium-connector-postgres, whose class"
              + " ReplicationMessageColumnValueResolver it replaces",
          e);
    }
  }

  /**
   * An optional string that knows no default. A default in the schema would take the place of every
   * null, and Debezium derives defaults from expressions that it does not understand.
   */
  private static final class TextSchema extends SchemaBuilder {

    TextSchema() {
      super(Schema.Type.STRING);
      optional();
    }

    @Override
    public SchemaBuilder defaultValue(@Nullable Object value) {
      return this;
    }
  }
}
