package dev.wadi.capture;

import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.Publication;
import dev.wadi.postgres.ReplicationSlot;
import dev.wadi.postgres.ServerPosition;
import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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

  /** Changes wait while it looks, which takes long where a table is locked. */
  private static final int PAUSE_PER_LOOK = 20;

  private final DatabaseAddress database;
  private final DataSource source;
  private final PositionStore positions;
  private final SlotCare slots;
  private final KnownTables knownTables;
  private final Gaps gaps;
  private final Callable<Set<TableName>> wantedTables;
  private final BatchGate gate;
  private final BooleanSupplier workWaiting;
  private final long backoffMaxMs;
  private final Set<String> said = new HashSet<>();
  private Set<TableName> lastWanted = Set.of();
  private long lastPosition;

  /** Up to where this process has captured. */
  private long reached;

  private long lastPublished;
  private long pauseNanos = PUBLISH_INTERVAL_NANOS;

  /** Where tables that could not be added were last seen. */
  private final Map<TableName, Long> missingSince = new HashMap<>();

  private volatile Map<TableName, String> leftOut = Map.of();

  private volatile Map<TableName, List<String>> refusing = Map.of();

  /**
   * @param database the captured database
   * @param source connections to it
   * @param knownTables the tables as they were when the slot was last read
   * @param gaps where what is missed is noted
   * @param wantedTables the tables that pipelines ask for at this moment
   * @param gate what changes the pipelines runs behind it
   * @param workWaiting whether a batch has something to do although no change came
   * @param backoffMaxMs longest pause between two attempts, milliseconds
   */
  public CaptureSetup(
      DatabaseAddress database,
      DataSource source,
      PositionStore positions,
      KnownTables knownTables,
      Gaps gaps,
      Callable<Set<TableName>> wantedTables,
      BatchGate gate,
      BooleanSupplier workWaiting,
      long backoffMaxMs) {
    this.database = database;
    this.source = source;
    this.positions = positions;
    this.slots = new SlotCare(database, source, positions);
    this.knownTables = knownTables;
    this.gaps = gaps;
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
   * @throws SlotException if someone else reads the slot, or it cannot continue at the stored
   *     position
   */
  long prepare(String slotName, String publicationName) throws Exception {
    // Another may have captured since.
    lastPosition = 0;
    requireFree(slotName);
    require(slotName, publicationName);
    var facts = slots.look(slotName);
    long position = facts.position().orElse(0);
    boolean anotherCaptured = position > reached;
    if (anotherCaptured) {
      missingSince.clear();
    }
    publish(slotName, publicationName, wantedTables.call(), position);
    var verdict = facts.verdict();
    if (verdict.state() == SlotState.NEW) {
      position = ReplicationSlot.create(source, slotName).confirmed();
    } else if (verdict.state() != SlotState.READY) {
      throw new SlotException(verdict);
    } else if (facts.position().isEmpty()) {
      position = Objects.requireNonNull(facts.slot()).confirmed();
    }
    if (facts.position().isEmpty()) {
      positions.save(slotName, position);
    }
    boolean timelineIsKnown = facts.server().timeline() != 0;
    if (timelineIsKnown) {
      positions.noteTimeline(slotName, facts.server().timeline());
    }
    return position;
  }

  /** What the failure of a reading means; the failure itself if only another attempt tells. */
  Exception refusal(Exception failure, String slotName, String publicationName)
      throws SQLException {
    return SlotRefusal.of(failure, source, slotName, publicationName);
  }

  /** One look before all others: whoever stands by does so twice a second. */
  private void requireFree(String slotName) throws Exception {
    var slot = ReplicationSlot.find(source, slotName);
    boolean isRead = slot != null && slot.serves(database.database()) && slot.activePid() != 0;
    if (isRead) {
      throw new SlotException(SlotCare.active(Objects.requireNonNull(slot)));
    }
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
   *
   * @param position up to where changes are stored now
   */
  void publishTables(String slotName, String publicationName, long position) throws Exception {
    reached = position;
    var wanted = wantedTables.call();
    boolean justDone = System.nanoTime() - lastPublished < pauseNanos && wanted.equals(lastWanted);
    if (!justDone) {
      publish(slotName, publicationName, wanted, position);
    }
  }

  private void publish(
      String slotName, String publicationName, Set<TableName> wanted, long position)
      throws Exception {
    long begin = System.nanoTime();
    var outcome = Publication.ensure(source, publicationName, wanted);
    outcome.problems().forEach(this::warnOnce);
    long seen = lastPosition == 0 ? position : lastPosition;
    outcome.problems().keySet().forEach(table -> missingSince.putIfAbsent(table, seen));
    var back = new TreeSet<>(missingSince.keySet());
    back.addAll(outcome.added());
    back.removeAll(outcome.problems().keySet());
    boolean news = !back.isEmpty() || !wanted.equals(lastWanted);
    if (news) {
      noteTables(slotName, publicationName, wanted, back);
      outcome.added().forEach(table -> LOG.info("table {}: captured from now on", table));
    }
    leftOut = outcome.problems();
    refusing = outcome.refusing();
    missingSince.keySet().retainAll(leftOut.keySet());
    lastWanted = Set.copyOf(wanted);
    lastPublished = System.nanoTime();
    pauseNanos = Math.max(PUBLISH_INTERVAL_NANOS, PAUSE_PER_LOOK * (lastPublished - begin));
    lastPosition = position;
  }

  /**
   * A table that is back although it was published before was not for a while: it was added again,
   * or it has its name again; where all tables are published one that was made anew is from its
   * beginning on. So was one that has another oid than was noted: it was added, and then the
   * process died before it noted that. The gap begins where the table was last seen, which is the
   * stored position if that was before this process began.
   */
  private void noteTables(
      String slotName, String publicationName, Set<TableName> wanted, Set<TableName> back)
      throws Exception {
    var noted = knownTables.noted(slotName);
    var published = knownTables.published(publicationName);
    for (var table : published.keySet()) {
      var before = noted.get(table);
      boolean replaced = before != null && published.get(table).replaces(before);
      boolean wasAway =
          before != null
              && back.contains(table)
              && (published.get(table).listed() || published.get(table).oid() == before);
      if (wanted.contains(table) && (replaced || wasAway)) {
        noteGap(slotName, table, replaced ? "table_made_anew" : "table_unpublished");
      }
    }
    knownTables.note(slotName, published, wanted);
  }

  private void noteGap(String slotName, TableName table, String reason) throws Exception {
    var end = ServerPosition.read(source).walEnd();
    long stored = positions.read(slotName).orElseGet(() -> Lsn.parse(end));
    long seen = lastPosition == 0 ? stored : lastPosition;
    long from = missingSince.getOrDefault(table, seen);
    gaps.add(table, Lsn.text(from), end, reason);
    LOG.warn(
        "table {}: was not published for a while ({}); what changed in it after {} and up to {} is"
            + " not captured",
        table,
        reason,
        Lsn.text(from),
        end);
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

  /**
   * Tables that are not captured, changes that were not, and partitions that cannot be changed,
   * each with reason and remedy.
   */
  List<String> warnings() {
    var warnings = new ArrayList<String>();
    leftOut.forEach(
        (table, problem) -> warnings.add("table " + table + ": not captured: " + problem));
    refusing.forEach((table, partitions) -> warnings.add(refusal(table, partitions)));
    gaps.open().forEach(gap -> warnings.add(gap.text()));
    return warnings;
  }

  private static String refusal(TableName table, List<String> partitions) {
    return "table %s: Postgres refuses the application's updates and deletes in partitions without replica identity, which each gets for itself; run: %s or give the table a primary key"
        .formatted(table, TableCheck.fullIdentity(table, partitions));
  }

  ChangeSource source(PostgresConnectorEmbeddedDebeziumConfiguration configuration) {
    return new DebeziumChangeSource(DebeziumSettings.properties(configuration, database), source);
  }
}
