package dev.wadi.capture;

import dev.wadi.capture.WalRelation.OldRows;
import dev.wadi.change.SourceTable;
import dev.wadi.postgres.PostgresTypes;
import dev.wadi.postgres.Sql;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Reads RELATION messages: name, columns, types and replica identity as they were when the changes
 * after it were written. The catalog is asked for what they do not say, the key and the partitions.
 */
final class RelationReader {

  private static final String FIND = Sql.load("capture/find_relation");
  private static final byte IDENTITY_DEFAULT = 'd';

  private final DataSource source;
  private final PostgresTypes types;

  /**
   * @param source connections to the captured database
   */
  RelationReader(DataSource source, PostgresTypes types) {
    this.source = source;
    this.types = types;
  }

  /** What a message says, and what the catalog adds. */
  private record Announced(
      SourceTable table, byte identity, List<String> columns, boolean[] inIdentity) {}

  /** Reads a message from behind its first byte. */
  WalRelation read(ByteBuffer message) throws SQLException {
    var table =
        new SourceTable(
            Integer.toUnsignedLong(message.getInt()),
            WalDecoder.string(message),
            WalDecoder.string(message));
    byte identity = message.get();
    int count = message.getShort();
    var columns = new ArrayList<String>(count);
    var inIdentity = new boolean[count];
    var texts = new ColumnText[count];
    for (int i = 0; i < count; i++) {
      inIdentity[i] = (message.get() & 1) != 0;
      columns.add(WalDecoder.string(message));
      long type = Integer.toUnsignedLong(message.getInt());
      message.getInt(); // type modifier
      var name = table.schema() + "." + table.name() + "." + columns.get(i);
      texts[i] = new ColumnText(name, type, types);
    }
    return relation(new Announced(table, identity, List.copyOf(columns), inIdentity), texts);
  }

  private WalRelation relation(Announced announced, ColumnText[] texts) throws SQLException {
    var table = announced.table();
    try (var connection = source.getConnection();
        var find = Sql.prepare(connection, FIND, Map.of("oid", table.oid()));
        var row = find.executeQuery()) {
      boolean exists = row.next();
      boolean partitioned = exists && row.getBoolean("partitioned");
      boolean identityIsKey = announced.identity() == IDENTITY_DEFAULT && !partitioned;
      int[] key =
          identityIsKey || !exists ? keyOfIdentity(announced) : keyOfCatalog(announced, row);
      var relation = new Relation(table, announced.columns(), key);
      if (!partitioned) {
        return new WalRelation(relation, texts, announced.inIdentity(), OldRows.AS_MARKED);
      }
      var oldRows =
          row.getBoolean("partitions_full") ? OldRows.WHOLE_IF_PROVEN : OldRows.NEVER_WHOLE;
      return new WalRelation(relation, texts, marked(announced, key), oldRows);
    }
  }

  /** Empty under identity full, where every column is marked. */
  private static int[] keyOfIdentity(Announced announced) {
    return announced.identity() == 'f'
        ? new int[0]
        : indexes(announced, i -> announced.inIdentity()[i]);
  }

  /** By name; by place if a column was renamed since. */
  private static int[] keyOfCatalog(Announced announced, ResultSet row) throws SQLException {
    var columns = announced.columns();
    var names = (String[]) row.getArray("key_names").getArray();
    var places = (Integer[]) row.getArray("key_places").getArray();
    return IntStream.range(0, names.length)
        .map(n -> columns.contains(names[n]) ? columns.indexOf(names[n]) : places[n] - 1)
        .filter(index -> index >= 0 && index < columns.size())
        .sorted()
        .toArray();
  }

  private static int[] indexes(Announced announced, java.util.function.IntPredicate wanted) {
    return IntStream.range(0, announced.columns().size()).filter(wanted).toArray();
  }

  private static boolean[] marked(Announced announced, int[] key) {
    var marked = new boolean[announced.columns().size()];
    for (int i : key) {
      marked[i] = true;
    }
    return marked;
  }
}
