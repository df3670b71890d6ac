package dev.wadi.capture;

import dev.wadi.postgres.PostgresType;
import dev.wadi.postgres.PostgresTypes;
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
 * <p>Some values have lost something before Debezium shows them to a converter. They are rendered
 * as far as they are certain; {@link #inexactness} lists them.
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

  @Override
  public void configure(Properties properties) {
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

  /** Whether every value of a column of this type becomes what {@code to_jsonb} gives. */
  public static boolean isExact(PostgresType type) {
    return inexactness(type).isEmpty();
  }

  /**
   * What a column of this type may lose, as a sentence for its owner; empty if nothing. Inside an
   * array or a composite type the same types lose nothing, because Debezium passes those on as
   * text.
   */
  public static Optional<String> inexactness(PostgresType type) {
    return Inexactness.of(type);
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
