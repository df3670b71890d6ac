package dev.wadi.capture;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The relations met so far.
 *
 * <p>Debezium builds a new schema object whenever Postgres announces a table anew, after any change
 * to its columns, its name or its replica identity; a relation is therefore looked up again exactly
 * when its schema object is a different one.
 */
final class Relations {

  private final RelationCatalog catalog;
  private final Map<String, Entry> byTable = new HashMap<>();
  private @Nullable Entry last;

  private record Entry(Schema schema, Relation relation) {}

  Relations(RelationCatalog catalog) {
    this.catalog = catalog;
  }

  Relation of(SourceRecord record, Struct source) {
    var known = last;
    if (known != null && known.schema == record.valueSchema()) {
      return known.relation;
    }
    var entry = lookUp(record, source);
    last = entry;
    return entry.relation;
  }

  Map<String, Relation> known() {
    var relations = new LinkedHashMap<String, Relation>();
    byTable.forEach((table, entry) -> relations.put(table, entry.relation));
    return relations;
  }

  private Entry lookUp(SourceRecord record, Struct source) {
    var entry = byTable.get(record.topic());
    if (entry != null && entry.schema == record.valueSchema()) {
      return entry;
    }
    var columns = columns(record.valueSchema());
    var key = record.keySchema() == null ? List.<String>of() : names(record.keySchema());
    var relation =
        catalog.find(source.getString("schema"), source.getString("table"), columns, key);
    var found = new Entry(record.valueSchema(), relation);
    byTable.put(record.topic(), found);
    return found;
  }

  private static List<String> columns(Schema envelope) {
    return names(envelope.field("after").schema());
  }

  private static List<String> names(Schema row) {
    return row.fields().stream().map(Field::name).toList();
  }
}
