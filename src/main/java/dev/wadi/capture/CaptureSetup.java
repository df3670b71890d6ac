package dev.wadi.capture;

import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.Publication;
import dev.wadi.postgres.ReplicationSlot;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.camel.component.debezium.postgres.configuration.PostgresConnectorEmbeddedDebeziumConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings publication, slot and position in line before a change source opens. */
public final class CaptureSetup {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.capture");
  private static final long PUBLISH_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final DatabaseAddress database;
  private final DataSource source;
  private final PositionStore positions;
  private final Callable<Set<TableName>> wantedTables;
  private final BatchGate gate;
  private final BooleanSupplier workWaiting;
  private final long backoffMaxMs;
  private final Set<String> said = new HashSet<>();
  private Set<TableName> published = Set.of();
  private Set<TableName> lastWanted = Set.of();
  private long lastPublished;
  private volatile Map<TableName, String> leftOut = Map.of();

  /**
   * @param database the captured database
   * @param source connections to it
   * @param wantedTables the tables that pipelines ask for at this moment
   * @param gate what changes the pipelines runs behind it
   * @param workWaiting whether a batch has something to do although no change came
   * @param backoffMaxMs longest pause between two attempts, milliseconds
   */
  public CaptureSetup(
      DatabaseAddress database,
      DataSource source,
      PositionStore positions,
      Callable<Set<TableName>> wantedTables,
      BatchGate gate,
      BooleanSupplier workWaiting,
      long backoffMaxMs) {
    this.database = database;
    this.source = source;
    this.positions = positions;
    this.wantedTables = wantedTables;
    this.gate = gate;
    this.workWaiting = workWaiting;
    this.backoffMaxMs = backoffMaxMs;
  }

  DatabaseAddress database() {
    return database;
  }

  long backoffMaxMs() {
    return backoffMaxMs;
  }

  BatchGate gate() {
    return gate;
  }

  boolean workIsWaiting() {
    return workWaiting.getAsBoolean();
  }

  /**
   * Creates what is missing, publication before slot: decoding sees only publications that existed
   * when the slot was made.
   *
   * @return where to resume
   * @throws SlotLostException if the slot cannot continue at the stored position
   */
  long prepare(String slotName, String publicationName) throws Exception {
    require(slotName, publicationName);
    // The slot before the position, for another Wadi moves it only after the position; and once
    // more after it, for
    // another Wadi may have made both in between.
    var slot = ReplicationSlot.find(source, slotName);
    var position = positions.read(slotName);
    publish(publicationName, wantedTables.call());
    if (slot == null) {
      slot = ReplicationSlot.find(source, slotName);
    }
    if (slot == null && position.isPresent()) {
      throw new SlotLostException(
          "slot '"
              + slotName
              + "': does not exist any more, changes after "
              + Lsn.text(position.getAsLong())
              + " are lost to Wadi; to go on without them delete its row from wadi.positions");
    }
    if (slot == null) {
      slot = ReplicationSlot.create(source, slotName);
    }
    slot.requireUsable(database.database());
    if (position.isEmpty()) {
      positions.save(slotName, slot.confirmed());
      return slot.confirmed();
    }
    boolean slotIsAhead = Long.compareUnsigned(slot.confirmed(), position.getAsLong()) > 0;
    if (slotIsAhead) {
      throw new SlotLostException(
          "slot '"
              + slotName
              + "': is ahead ("
              + Lsn.text(slot.confirmed())
              + ") of the stored position ("
              + Lsn.text(position.getAsLong())
              + "), it was made anew or moved; to go on without the changes between"
              + " delete its row from wadi.positions");
    }
    return position.getAsLong();
  }

  /** Says what the preflight finds; what makes capture impossible is the reason to wait. */
  private void require(String slotName, String publicationName) throws Exception {
    var findings = new ArrayList<>(new ServerCheck(source, slotName, publicationName).findings());
    var blocking = findings.stream().filter(Finding::blocking).map(Finding::text).toList();
    if (!blocking.isEmpty()) {
      throw new IllegalStateException(String.join("; ", blocking));
    }
    findings.addAll(new TableCheck(source, publicationName).findings(wantedTables.call()));
    for (var finding : findings) {
      boolean isNews = !finding.blocking() && said.add(finding.text());
      if (isNews) {
        LOG.warn("{}", finding.text());
      }
    }
  }

  /**
   * Adds the tables that pipelines have come to want, and sees every few seconds that those it has
   * added are still there: a table that was dropped and made anew is another one to Postgres.
   */
  void publishTables(String publicationName) throws Exception {
    var wanted = wantedTables.call();
    boolean justDone =
        System.nanoTime() - lastPublished < PUBLISH_INTERVAL_NANOS && wanted.equals(lastWanted);
    if (!justDone) {
      publish(publicationName, wanted);
    }
  }

  private void publish(String publicationName, Set<TableName> wanted) throws SQLException {
    var outcome = Publication.ensure(source, publicationName, wanted);
    outcome.added().forEach(this::logAddition);
    outcome.problems().forEach(this::warnOnce);
    leftOut = outcome.problems();
    lastWanted = Set.copyOf(wanted);
    lastPublished = System.nanoTime();
    published = new HashSet<>(wanted);
    published.removeAll(leftOut.keySet());
  }

  private void logAddition(TableName table) {
    if (published.contains(table) || leftOut.containsKey(table)) {
      LOG.warn(
          "table {}: was not published for a while, because it was renamed, made anew or taken out; what"
              + " changed in it meanwhile is not captured",
          table);
    }
    LOG.info("table {}: captured from now on", table);
  }

  private void warnOnce(TableName table, String problem) {
    if (!problem.equals(leftOut.get(table))) {
      LOG.warn("table {}: not captured: {}", table, problem);
    }
  }

  /** Tables that pipelines want and that cannot be captured, with the reason. */
  public Map<TableName, String> leftOut() {
    return leftOut;
  }

  /** Tables that pipelines want and that are not captured, each with the reason and the remedy. */
  List<String> warnings() {
    return leftOut.entrySet().stream()
        .map(table -> "table " + table.getKey() + ": not captured: " + table.getValue())
        .toList();
  }

  ChangeSource source(PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
    return new DebeziumChangeSource(DebeziumSettings.properties(configuration, database), source);
  }
}
