package dev.wadi.postgres;

import dev.wadi.postgres.PostgresType.Attribute;
import dev.wadi.postgres.PostgresType.Form;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The data types of one database, read from its catalog when they are first asked for.
 *
 * <p>Types are kept by oid, so that types of the same name in two schemas are two types. A type
 * that was read is not read again until it is {@linkplain #reload reloaded}: attributes of a
 * composite type that are added, dropped or renamed meanwhile are not seen.
 */
public final class PostgresTypes {

  private static final long FIRST_USER_OID = 16384;
  private static final long INT2VECTOR = 22;
  private static final long OIDVECTOR = 30;

  /** {@code get_element_type()} calls an array what is subscripted by the array handler. */
  private static final String TYPE =
      """
      select pg_catalog.format_type(t.oid, null) as name,
             t.typname = 'hstore' as named_hstore,
             t.typtype,
             t.typbasetype,
             t.typrelid,
             e.oid as element,
             e.typdelim,
             exists (select from pg_catalog.pg_cast c
                      where c.castsource = t.oid
                        and c.casttarget = 'pg_catalog.json'::regtype
                        and c.castmethod = 'f') as casts_to_json
        from pg_catalog.pg_type t
        left join pg_catalog.pg_type e
          on e.oid = t.typelem
         and t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
       where t.oid = ?
      """;

  private static final String ATTRIBUTES =
      """
      select a.attname, a.atttypid
        from pg_catalog.pg_attribute a
       where a.attrelid = ? and a.attnum > 0 and not a.attisdropped
       order by a.attnum
      """;

  private static final String COLUMN =
      """
      select a.atttypid
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname || '.' || c.relname = ?
         and a.attname = ?
         and c.relkind in ('r', 'p')
         and a.attnum > 0
         and not a.attisdropped
      """;

  private final Map<Long, PostgresType> known = new ConcurrentHashMap<>();
  private final DataSource database;

  /**
   * Types of a database.
   *
   * @param database gives a connection when an unknown type is met; nothing is read before
   */
  public PostgresTypes(DataSource database) {
    this.database = database;
  }

  /**
   * The type with an oid; empty if there is none (any more).
   *
   * @throws IllegalStateException if the catalog cannot be read
   */
  public Optional<PostgresType> find(long oid) {
    var type = known.get(oid);
    if (type != null) {
      return Optional.of(type);
    }
    return read("type " + oid, connection -> Optional.ofNullable(load(connection, oid)));
  }

  /**
   * The type that a column has now; empty if there is no such column (any more), or more than one.
   *
   * @param table schema and name joined by a dot, unquoted
   * @throws IllegalStateException if the catalog cannot be read
   */
  public Optional<PostgresType> ofColumn(String table, String column) {
    return read(
        "column " + table + "." + column,
        connection -> {
          var oids = columnTypes(connection, table, column);
          boolean dotsAreAmbiguous = oids.size() > 1;
          if (oids.isEmpty() || dotsAreAmbiguous) {
            return Optional.empty();
          }
          return Optional.ofNullable(load(connection, oids.get(0)));
        });
  }

  /**
   * Reads a type and all it is made of anew; empty if it does not exist any more.
   *
   * @throws IllegalStateException if the catalog cannot be read
   */
  public Optional<PostgresType> reload(long oid) {
    known.keySet().removeIf(each -> each >= FIRST_USER_OID);
    return find(oid);
  }

  private <T> T read(String what, Reading<T> reading) {
    try (var connection = database.getConnection()) {
      return reading.from(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(
          what + ": cannot read the catalog of the captured database: " + e.getMessage(), e);
    }
  }

  private static List<Long> columnTypes(Connection connection, String table, String column)
      throws SQLException {
    try (var statement = connection.prepareStatement(COLUMN)) {
      statement.setString(1, table);
      statement.setString(2, column);
      var oids = new ArrayList<Long>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          oids.add(row.getLong(1));
        }
      }
      return oids;
    }
  }

  private @Nullable PostgresType load(Connection connection, long oid) throws SQLException {
    var type = known.get(oid);
    if (type != null) {
      return type;
    }
    try (PreparedStatement statement = connection.prepareStatement(TYPE)) {
      statement.setLong(1, oid);
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        var loaded = typeOf(connection, oid, row);
        known.put(oid, loaded);
        return loaded;
      }
    }
  }

  /** The order of the questions is that of {@code json_categorize_type}. */
  private PostgresType typeOf(Connection connection, long oid, ResultSet row) throws SQLException {
    String name = row.getString("name");
    String kind = row.getString("typtype");
    if (kind.equals("d")) {
      return new PostgresType.Domain(oid, name, part(connection, row.getLong("typbasetype"), name));
    }
    long element = row.getLong("element");
    if (oid == INT2VECTOR || oid == OIDVECTOR) {
      return new PostgresType.Vector(oid, name, part(connection, element, name));
    }
    if (element != 0) {
      char delimiter = row.getString("typdelim").charAt(0);
      return new PostgresType.Array(oid, name, part(connection, element, name), delimiter);
    }
    if (kind.equals("c")) {
      return new PostgresType.Composite(
          oid, name, attributes(connection, row.getLong("typrelid"), name));
    }
    boolean castsToJson = oid >= FIRST_USER_OID && row.getBoolean("casts_to_json");
    if (castsToJson && row.getBoolean("named_hstore")) {
      return new PostgresType.Hstore(oid, name);
    }
    if (castsToJson) {
      return new PostgresType.CastToJson(oid, name);
    }
    return new PostgresType.Scalar(oid, name, formOf(oid));
  }

  private List<Attribute> attributes(Connection connection, long relation, String composite)
      throws SQLException {
    var attributes = new ArrayList<Attribute>();
    try (var statement = connection.prepareStatement(ATTRIBUTES)) {
      statement.setLong(1, relation);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var type = part(connection, row.getLong(2), composite);
          attributes.add(new Attribute(row.getString(1), type));
        }
      }
    }
    return attributes;
  }

  private PostgresType part(Connection connection, long oid, String whole) throws SQLException {
    var type = load(connection, oid);
    if (type == null) {
      throw new SQLException("type " + whole + " was dropped while it was read");
    }
    return type;
  }

  private static Form formOf(long oid) {
    boolean madeByUser = oid >= FIRST_USER_OID;
    if (madeByUser) {
      return Form.STRING;
    }
    return switch ((int) oid) {
      case 16 -> Form.BOOLEAN; // bool
      case 17 -> Form.BYTEA;
      case 20, 21, 23, 700, 701, 1700 -> Form.NUMBER; // int8, int2, int4, float4, float8, numeric
      case 114, 3802 -> Form.JSON; // json, jsonb
      case 1114 -> Form.TIMESTAMP;
      case 1184 -> Form.TIMESTAMP_WITH_ZONE;
      default -> Form.STRING;
    };
  }

  /** Something that is read from an open connection. */
  private interface Reading<T> {
    T from(Connection connection) throws SQLException;
  }
}
