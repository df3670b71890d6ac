package dev.wadi.eventtable;

import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what keeps an existing table from being an event table. */
public final class EventTableValidator {

  private static final String DESCRIBE = Sql.load("eventtable/describe");
  private static final String ACTION_CHECKS = Sql.load("eventtable/list_action_checks");
  private static final String IDENTITY =
      "committed_at,source_database_id,source_lsn,source_lsn_ordinal";

  private static final List<String> NOT_FILLED = List.of("seq", "inserted_at");

  /** What Wadi leaves null in some events. */
  private static final List<String> NULLABLE =
      List.of("changes", "transaction_annotations", "unavailable");

  private final TableName table;
  private final List<String> problems = new ArrayList<>();

  private EventTableValidator(TableName table) {
    this.table = table;
  }

  /**
   * Everything that is wrong with a table, each with its remedy; empty if events can be appended.
   */
  public static List<String> problems(Connection connection, TableName table) throws SQLException {
    var validator = new EventTableValidator(table);
    validator.check(EventTableDescription.read(connection, DESCRIBE, table));
    return List.copyOf(validator.problems);
  }

  /** What keeps a table from taking reads, each with its remedy; empty if nothing does. */
  static List<String> readProblems(Connection connection, TableName table) throws SQLException {
    var validator = new EventTableValidator(table);
    var parameters = Map.of("quoted_event_table", table.quoted());
    try (var query = Sql.prepare(connection, ACTION_CHECKS, parameters);
        var row = query.executeQuery()) {
      while (row.next()) {
        validator.addReads(row.getString("name"));
      }
    }
    return List.copyOf(validator.problems);
  }

  private void addReads(String constraint) {
    add(
        "must take action 'read' where a pipeline asks for backfill",
        alter(
            "drop constraint "
                + TableName.quote(constraint)
                + ", add check (action in ('insert', 'update', 'delete', 'truncate', 'read'))"));
  }

  private void check(EventTableDescription found) {
    if (found.kind() == null) {
      add("must exist", "create it with: wadi ddl '" + table + "'");
      return;
    }
    boolean isTable = found.kind().equals("r") || found.kind().equals("p");
    if (!isTable) {
      add("must be a table", "choose another name and create it with: wadi ddl");
      return;
    }
    if (Sql.holdsParameter(table)) {
      add("name must not hold ':?' before a letter", alter("rename to another_name"));
    }
    checkStorage(found);
    for (var column : EventTableColumn.values()) {
      checkColumn(column.toString(), column.type(), found.columns().get(column.toString()));
      checkWritable(column.toString(), found.columns().get(column.toString()));
    }
    checkGenerated(found.columns().get("seq"));
    checkInsertedAt(found.columns().get("inserted_at"));
    NULLABLE.forEach(name -> checkNullable(name, found.columns().get(name)));
    checkOthers(found.columns());
    checkKeys(found);
  }

  private void checkStorage(EventTableDescription found) {
    if (!found.reachable()) {
      add(
          "role '" + found.role() + "' must have the right to use its schema",
          "grant usage on schema "
              + TableName.quote(table.schema())
              + " to "
              + TableName.quote(found.role()));
    }
    if (!found.writable()) {
      add(
          "role '" + found.role() + "' must have the rights to read and append",
          "grant select, insert on " + table.quoted() + " to " + TableName.quote(found.role()));
    }
    if (found.persistence().equals("u")) {
      add("must not be unlogged", alter("set logged"));
    }
  }

  private void checkColumn(
      String name, String type, EventTableDescription.@Nullable Column column) {
    if (column == null) {
      add("column '" + name + "' must exist", alter("add column " + definition(name, type)));
      return;
    }
    if (!column.type().equals(type)) {
      add(
          "column '" + name + "' must be " + type + " (is " + column.type() + ")",
          alter("alter column " + name + " type " + type + " using " + name + "::" + type));
    }
  }

  private void checkWritable(String name, EventTableDescription.@Nullable Column column) {
    boolean isFilledByWadi = !NOT_FILLED.contains(name);
    boolean isGenerated = column != null && !column.generator().isEmpty();
    if (isFilledByWadi && isGenerated) {
      boolean isIdentity = column.generator().equals("identity");
      add(
          "column '" + name + "', which Wadi fills, must not be generated always",
          alter("alter column " + name + " drop " + (isIdentity ? "identity" : "expression")));
    }
  }

  private void checkGenerated(EventTableDescription.@Nullable Column seq) {
    boolean equalsId = seq == null || seq.generator().equals("id");
    if (!equalsId) {
      add(
          "column 'seq' must be generated always as (id) stored",
          alter("drop column seq, add column " + definition("seq", "bigint")));
    }
  }

  private void checkInsertedAt(EventTableDescription.@Nullable Column insertedAt) {
    boolean isFilled = insertedAt == null || insertedAt.filled();
    if (!isFilled) {
      add(
          "column 'inserted_at', which Wadi does not fill, must have a default",
          alter("alter column inserted_at set default now()"));
    }
  }

  private void checkNullable(String name, EventTableDescription.@Nullable Column column) {
    boolean takesNull = column == null || !column.notNull();
    if (!takesNull) {
      add(
          "column '" + name + "', which some events have no value for, must take null",
          alter("alter column " + name + " drop not null"));
    }
  }

  private void checkOthers(Map<String, EventTableDescription.Column> columns) {
    var known = new java.util.HashSet<String>();
    for (var column : EventTableColumn.values()) {
      known.add(column.toString());
    }
    columns.forEach(
        (name, column) -> {
          boolean unfillable = column.notNull() && !column.filled() && !known.contains(name);
          if (unfillable) {
            add(
                "column '" + name + "', which Wadi does not fill, must have a default or be null",
                alter("alter column " + TableName.quote(name) + " drop not null"));
          }
        });
  }

  private void checkKeys(EventTableDescription found) {
    boolean numbered =
        found.uniqueKeys().contains("id") || found.uniqueKeys().contains("committed_at,id");
    if (!numbered) {
      boolean partitioned = "p".equals(found.kind());
      add(
          "'id' must be unique",
          alter("add primary key (id" + (partitioned ? ", committed_at)" : ")")));
    }
    if (!found.uniqueKeys().contains(IDENTITY)) {
      add(
          "must have a unique key on (source_database_id, source_lsn, source_lsn_ordinal,"
              + " committed_at)",
          alter("add unique (source_database_id, source_lsn, source_lsn_ordinal, committed_at)"));
    }
  }

  private String alter(String how) {
    return "alter table " + table.quoted() + " " + how;
  }

  private static String definition(String name, String type) {
    if (name.equals("seq")) {
      return "seq bigint not null generated always as (id) stored";
    }
    return name + " " + type + (name.equals("inserted_at") ? " not null default now()" : "");
  }

  private void add(String rule, String remedy) {
    problems.add("event table '" + table + "': " + rule + "; " + remedy);
  }
}
