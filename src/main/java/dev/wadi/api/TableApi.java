package dev.wadi.api;

import dev.wadi.postgres.SourceTables;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's source tables. */
public final class TableApi {

  private final SourceTables sourceTables;

  public TableApi(SourceTables sourceTables) {
    this.sourceTables = sourceTables;
  }

  /** Every table of the captured database, with whether a pipeline may name it. */
  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    return Map.of("data", sourceTables.list().stream().map(TableApi::shown).toList());
  }

  private static Map<String, @Nullable Object> shown(SourceTables.Listed listed) {
    var columns = Json.tree(listed.columns());
    var key = new java.util.ArrayList<String>();
    columns.forEach(
        column -> {
          if (column.path("key").asBoolean()) {
            key.add(column.path("name").asText());
          }
        });
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("table", listed.table().toString());
    shown.put("schema", listed.table().schema());
    shown.put("name", listed.table().name());
    shown.put("oid", listed.oid());
    shown.put("columns", columns);
    shown.put("key", key);
    shown.put("replica_identity", listed.replicaIdentity());
    shown.put("eligible", listed.eligible());
    shown.put("reason", listed.reason());
    return shown;
  }
}
