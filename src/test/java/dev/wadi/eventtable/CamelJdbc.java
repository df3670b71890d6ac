package dev.wadi.eventtable;

import dev.wadi.change.Change;
import dev.wadi.postgres.CountedParameters;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** Runs statements the way the routes do: through camel-jdbc. */
final class CamelJdbc implements AutoCloseable {

  static final UUID SOURCE = UUID.fromString("0196fb4e-0000-7000-8000-000000000001");

  private final CamelContext context = new DefaultCamelContext();
  private final ProducerTemplate template;

  CamelJdbc(DataSource database) {
    context.getRegistry().bind("wadi", CountedParameters.of(database));
    template = context.createProducerTemplate();
    context.start();
  }

  Object run(String sql, Map<String, @Nullable Object> parameters) {
    return template.requestBodyAndHeader(
        "jdbc:wadi?useHeadersAsParameters=true&resetAutoCommit=false",
        sql,
        "CamelJdbcParameters",
        parameters);
  }

  Appended append(EventTableAppend append, List<Change> changes) {
    return append(append, changes, null);
  }

  @SuppressWarnings("unchecked")
  Appended append(EventTableAppend append, List<Change> changes, @Nullable Long position) {
    var rows =
        (List<Map<String, Object>>)
            run(append.sql(), append.parameters(changes, SOURCE, "wadi", position));
    return Appended.of(append.table(), rows.get(0));
  }

  @Override
  public void close() {
    context.stop();
  }
}
