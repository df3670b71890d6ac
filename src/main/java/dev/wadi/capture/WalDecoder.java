package dev.wadi.capture;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationMessage.Column;
import io.debezium.connector.postgresql.connection.ReplicationMessage.Operation;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputMessageDecoder;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputReplicationMessage;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's decoder of {@code pgoutput}, which reads tables and rows itself.
 *
 * <p>Debezium parses values before anyone sees them and loses some ({@code timetz}, {@code money},
 * intervals); it finds types by name without schema, tells columns apart by lower case, takes keys
 * and defaults from the present catalog, and drops which kind of old row was sent. So a row's
 * values become JSON text here, from the text that Postgres sent, and to Debezium every relation is
 * a table of nameless texts; {@link Relations} keeps what it was.
 */
final class WalDecoder extends PgOutputMessageDecoder {

  /** Schema of the tables that Debezium is shown; no table of the database is of interest to it. */
  static final String SCHEMA = "wadi_relation";

  private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");
  private static final int TEXT = 25;

  private final MessageDecoderContext context;
  private final Relations relations;
  private final RelationReader relationReader;
  private final Map<Integer, WalRelation> byOid = new HashMap<>();
  private Instant committedAt = POSTGRES_EPOCH;
  private long transactionId;

  WalDecoder(
      MessageDecoderContext context,
      PostgresConnection catalog,
      Relations relations,
      RelationReader relationReader) {
    super(context, catalog);
    this.context = context;
    this.relations = relations;
    this.relationReader = relationReader;
  }

  @Override
  public void processNotEmptyMessage(
      ByteBuffer message, ReplicationMessageProcessor processor, TypeRegistry types)
      throws SQLException, InterruptedException {
    int begin = message.position();
    switch (message.get()) {
      case 'R' -> readRelation(message);
      case 'I' -> readInsert(message, processor);
      case 'U' -> readUpdate(message, processor);
      case 'D' -> readDelete(message, processor);
      case 'B' -> {
        readBegin(message);
        super.processNotEmptyMessage(message.position(begin), processor, types);
      }
      default -> super.processNotEmptyMessage(message.position(begin), processor, types);
    }
  }

  private void readBegin(ByteBuffer message) {
    message.getLong(); // LSN of the commit
    committedAt = POSTGRES_EPOCH.plus(message.getLong(), ChronoUnit.MICROS);
    transactionId = Integer.toUnsignedLong(message.getInt());
  }

  private void readRelation(ByteBuffer message) throws SQLException {
    var relation = relationReader.read(message);
    int oid = (int) relation.oid();
    byOid.put(oid, relation);
    var table = table(relation);
    var schema = context.getSchema();
    schema.applySchemaChangesForTable(oid, table);
    relations.announce(
        table.id().table(),
        schema.schemaFor(table.id()).getEnvelopeSchema().schema(),
        relation.relation());
  }

  private static Table table(WalRelation relation) {
    var columns = new ArrayList<io.debezium.relational.Column>();
    for (int i = 0; i < relation.relation().columns().size(); i++) {
      columns.add(
          io.debezium.relational.Column.editor()
              .name(Integer.toString(i))
              .type("text")
              .jdbcType(Types.VARCHAR)
              .nativeType(TEXT)
              .optional(true)
              .create());
    }
    return Table.editor()
        .tableId(new TableId(null, SCHEMA, Long.toString(relation.oid())))
        .addColumns(columns)
        .create();
  }

  private void readInsert(ByteBuffer message, ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    var relation = relation(message.getInt());
    message.get(); // 'N'
    process(processor, Operation.INSERT, relation, null, relation.readNew(message, null));
  }

  private void readUpdate(ByteBuffer message, ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    var relation = relation(message.getInt());
    byte kind = message.get();
    @Nullable String @Nullable [] before = null;
    if (kind != 'N') {
      before = relation.readOld(message, kind);
      message.get(); // 'N'
    }
    var after = relation.readNew(message, before);
    process(processor, Operation.UPDATE, relation, before, after);
  }

  private void readDelete(ByteBuffer message, ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    var relation = relation(message.getInt());
    var before = relation.readOld(message, message.get());
    process(processor, Operation.DELETE, relation, before, null);
  }

  private WalRelation relation(int oid) {
    var relation = byOid.get(oid);
    if (relation == null) {
      throw new IllegalStateException(
          "relation " + oid + ": a change came before its relation, which indicates a bug");
    }
    return relation;
  }

  private void process(
      ReplicationMessageProcessor processor,
      Operation operation,
      WalRelation relation,
      @Nullable String @Nullable [] before,
      @Nullable String @Nullable [] after)
      throws SQLException, InterruptedException {
    processor.process(
        new PgOutputReplicationMessage(
            operation,
            relation.name(),
            committedAt,
            transactionId,
            columns(before),
            columns(after)));
  }

  private static @Nullable List<Column> columns(@Nullable String @Nullable [] values) {
    if (values == null) {
      return null;
    }
    var columns = new ArrayList<Column>(values.length);
    for (int i = 0; i < values.length; i++) {
      columns.add(new WalColumn(Integer.toString(i), values[i]));
    }
    return columns;
  }
}
