package dev.wadi.eventtable;

import dev.wadi.change.Change;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes turned on their side: one array per column, for {@code unnest}. */
final class ChangeArrays {

  private final long[] tableOids;
  private final String[] tableSchemas;
  private final String[] tableNames;
  private final String[] recordPks;
  private final String[] records;
  private final @Nullable String[] changes;
  private final String[] actions;
  private final long[] committedAtMicros;
  private final long[] lsns;
  private final int[] ordinals;
  private final long[] transactionIds;
  private final @Nullable String[] transactionAnnotations;
  private final @Nullable String[] unavailable;

  ChangeArrays(Collection<Change> batch) {
    int size = batch.size();
    tableOids = new long[size];
    tableSchemas = new String[size];
    tableNames = new String[size];
    recordPks = new String[size];
    records = new String[size];
    changes = new String[size];
    actions = new String[size];
    committedAtMicros = new long[size];
    lsns = new long[size];
    ordinals = new int[size];
    transactionIds = new long[size];
    transactionAnnotations = new String[size];
    unavailable = new String[size];
    int place = 0;
    for (var change : batch) {
      set(place++, change);
    }
  }

  void putInto(Map<String, @Nullable Object> parameters) {
    parameters.put("table_oids", tableOids);
    parameters.put("table_schemas", tableSchemas);
    parameters.put("table_names", tableNames);
    parameters.put("record_pks", recordPks);
    parameters.put("records", records);
    parameters.put("changes", changes);
    parameters.put("actions", actions);
    parameters.put("committed_at_micros", committedAtMicros);
    parameters.put("lsns", lsns);
    parameters.put("ordinals", ordinals);
    parameters.put("transaction_ids", transactionIds);
    parameters.put("transaction_annotations", transactionAnnotations);
    parameters.put("unavailable", unavailable);
  }

  private void set(int place, Change change) {
    var table = change.table();
    var old = change.changes();
    tableOids[place] = table.oid();
    tableSchemas[place] = table.schema();
    tableNames[place] = table.name();
    recordPks[place] = change.recordPk();
    records[place] = change.record().json();
    changes[place] = old == null ? null : old.json();
    actions[place] = change.action().toString();
    committedAtMicros[place] = change.committedAtMicros();
    lsns[place] = change.lsn();
    ordinals[place] = change.ordinal();
    transactionIds[place] = change.transactionId();
    transactionAnnotations[place] = change.transactionAnnotations();
    unavailable[place] = arrayLiteral(change.unavailable());
  }

  /** The text of a Postgres array: elements of an array of arrays must be of equal length. */
  private static @Nullable String arrayLiteral(List<String> names) {
    if (names.isEmpty()) {
      return null;
    }
    var literal = new StringBuilder("{");
    for (var name : names) {
      literal.append(literal.length() > 1 ? ",\"" : "\"");
      literal.append(name.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return literal.append('}').toString();
  }
}
