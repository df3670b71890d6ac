package dev.wadi.capture;

import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Debezium's converter for every column. The values are JSON texts already, {@link WalDecoder} has
 * seen to that; this keeps Debezium from making anything else of them.
 */
public final class JsonTextConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

  /** Debezium makes the converter by name. */
  public JsonTextConverter() {}

  @Override
  public void configure(Properties properties) {}

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    registration.register(SchemaBuilder.type(Schema.Type.STRING).optional(), value -> value);
  }
}
