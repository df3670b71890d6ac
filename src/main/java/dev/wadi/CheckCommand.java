package dev.wadi;

import dev.wadi.capture.Finding;
import dev.wadi.capture.ServerCheck;
import dev.wadi.capture.SlotCare;
import dev.wadi.capture.TableCheck;
import dev.wadi.eventtable.EventTables;
import dev.wadi.eventtable.Positions;
import dev.wadi.pipeline.PipelineFolder;
import dev.wadi.pipeline.PipelineTables;
import dev.wadi.pipeline.SourceCatalog;
import dev.wadi.postgres.DatabaseAddress;
import dev.wadi.postgres.SourceDatabase;
import dev.wadi.postgres.TableName;
import dev.wadi.postgres.WadiSchema;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.sql.DataSource;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import picocli.CommandLine.Command;

@Command(
    name = "check",
    description = "Tells what keeps capture from working, and what mends it; changes nothing.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

  private static final String NO_RIGHT = "42501";
  private static final String NO_LOGIN = "28000";

  @Override
  public Integer call() throws Exception {
    var findings = findings(Settings.load(Path.of(""), System.getenv()));
    findings.forEach(System.out::println);
    boolean blocked = findings.stream().anyMatch(Finding::blocking);
    System.out.println(
        blocked ? "capture cannot work as the pipelines want it" : "ok: capture can work");
    return blocked ? 1 : 0;
  }

  /** What is found with these settings; a database that cannot be reached is a finding too. */
  static List<Finding> findings(Settings settings) throws Exception {
    var findings = new ArrayList<Finding>();
    for (var address :
        new LinkedHashSet<>(
            List.of(Wiring.databaseAddress(settings), Wiring.logAddress(settings)))) {
      checkLogin(address, findings);
    }
    if (!findings.isEmpty()) {
      return findings;
    }
    try (var source = Wiring.databaseAddress(settings).pool("source", 2);
        var eventLog = Wiring.logAddress(settings).pool("eventLog", 2)) {
      checkCapture(settings, source, eventLog, findings);
    } catch (SQLException e) {
      findings.add(Finding.error("database: cannot be asked: " + Failure.sentence(e)));
    }
    return findings;
  }

  private static void checkLogin(DatabaseAddress address, List<Finding> findings) {
    try (var connection = address.sessions().getConnection()) {
      connection.isReadOnly();
    } catch (SQLException e) {
      findings.add(
          Finding.error("database: cannot be asked: " + Failure.sentence(e) + hint(address, e)));
    }
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static String hint(DatabaseAddress address, SQLException refusal) {
    var role = TableName.quote(address.user());
    if (NO_RIGHT.equals(refusal.getSQLState())) {
      return "; run as an administrator: grant connect on database %s to %s;"
          .formatted(TableName.quote(address.database()), role);
    }
    if (causes(refusal).anyMatch(cause -> cause instanceof SSLException)) {
      return "; the certificate of Postgres must be signed by the CA in sslrootcert of the JDBC URL and be made for host '%s'"
          .formatted(address.host());
    }
    return NO_LOGIN.equals(refusal.getSQLState())
        ? "; if the role lacks the attribute, run as an administrator: alter role "
            + role
            + " login;"
        : "";
  }

  private static void checkCapture(
      Settings settings, DataSource source, DataSource eventLog, List<Finding> findings)
      throws Exception {
    var publication = settings.text(Setting.PUBLICATION);
    findings.addAll(new ServerCheck(source, settings.text(Setting.SLOT), publication).findings());
    var tables = pipelineTables(settings, new SourceCatalog(source));
    findings.addAll(tables.findings());
    var tableCheck = new TableCheck(source, publication);
    findings.addAll(tableCheck.findings(tables.sources()));
    findings.addAll(tableCheck.unreadable(tables.backfilled()));
    var schemaProblem = new WadiSchema(eventLog).problem();
    if (schemaProblem.isEmpty()) {
      checkSlot(settings, source, eventLog, findings);
    } else {
      findings.add(Finding.error(schemaProblem));
    }
    var eventTables = new EventTables(eventLog);
    for (var table : tables.eventTables()) {
      eventTables.problems(table).forEach(problem -> findings.add(Finding.error(problem)));
      eventTables.warnings(table).forEach(warning -> findings.add(Finding.warning(warning)));
    }
  }

  /** A slot that cannot go on where events are stored up to. */
  private static void checkSlot(
      Settings settings, DataSource source, DataSource eventLog, List<Finding> findings)
      throws Exception {
    var positions = Positions.toLookAt(eventLog, new SourceDatabase(source)::id);
    var care = new SlotCare(Wiring.databaseAddress(settings), source, positions);
    try {
      if (!new WadiSchema(eventLog).isPresent()) {
        return;
      }
      var verdict = care.look(settings.text(Setting.SLOT)).verdict();
      if (!verdict.state().fine()) {
        findings.add(Finding.error(verdict.text()));
      }
    } catch (IllegalStateException e) {
      findings.add(Finding.error(String.valueOf(e.getMessage())));
    } catch (SQLException e) {
      // A right or a table that is missing has its own finding.
      boolean hasOwnFinding = String.valueOf(e.getSQLState()).startsWith("42");
      if (!hasOwnFinding) {
        throw e;
      }
    }
  }

  /** What the pipeline files name; the catalog is asked only for patterns. */
  static PipelineTables pipelineTables(Settings settings, SourceCatalog catalog) throws Exception {
    var folder =
        new PipelineFolder(Path.of(settings.text(Setting.ROUTES), "pipelines"), file -> false);
    try (var camel = new DefaultCamelContext()) {
      var properties = new PropertiesComponent();
      properties.setInitialProperties(settings.asProperties());
      camel.setPropertiesComponent(properties);
      return PipelineTables.read(folder, catalog, camel::resolvePropertyPlaceholders);
    }
  }
}
