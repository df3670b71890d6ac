package dev.wadi.capture;

import dev.wadi.postgres.ManagedService;
import dev.wadi.postgres.Sql;
import dev.wadi.postgres.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Whether server, role, slot and publication allow capture; changes nothing. */
public final class ServerCheck {

  private static final String CHECK = Sql.load("capture/check_server");

  /**
   * By major release, the first minor one in which a table that is published beside open
   * transactions is sent to the end; release notes of May 2025.
   */
  private static final Map<Integer, Integer> FIRST_SAFE_MINOR =
      Map.of(14, 18, 15, 13, 16, 9, 17, 5);

  private static final int OLDEST_VERSION = 140_000;

  private final DataSource source;
  private final String slot;
  private final String publication;

  public ServerCheck(DataSource source, String slot, String publication) {
    this.source = source;
    this.slot = slot;
    this.publication = publication;
  }

  /** Everything that is not as it should be; empty if all is well. */
  public List<Finding> findings() throws SQLException {
    var findings = new ArrayList<Finding>();
    try (var connection = source.getConnection();
        var check =
            Sql.prepare(connection, CHECK, Map.of("slot", slot, "publication", publication));
        var row = check.executeQuery()) {
      row.next();
      checkServer(row, findings);
      checkRole(row, findings);
      checkPublication(row, findings);
    }
    return findings;
  }

  private static ManagedService service(ResultSet row) throws SQLException {
    return ManagedService.of(row.getString("service_role"));
  }

  private void checkServer(ResultSet row, List<Finding> findings) throws SQLException {
    var service = service(row);
    if (row.getInt("version") < OLDEST_VERSION) {
      findings.add(
          Finding.error(
              "server: must be Postgres 14 or newer (got " + row.getInt("version") + ")"));
    }
    int minor = row.getInt("version") % 10_000;
    if (minor < FIRST_SAFE_MINOR.getOrDefault(row.getInt("version") / 10_000, 0)) {
      findings.add(
          Finding.warning(
              "server: this release of Postgres may stop sending the changes of a table that is published while it is written; update it to the newest minor release"));
    }
    if (!row.getString("wal_level").equals("logical")) {
      findings.add(
          Finding.error(
              "setting wal_level: must be logical (got %s); %s"
                  .formatted(row.getString("wal_level"), service.allowLogical())));
    }
    if (!row.getBoolean("has_slot") && row.getInt("slots_left") <= 0) {
      findings.add(Finding.error(exhausted(service, "max_replication_slots", row.getInt("slots"))));
    }
    if (!row.getBoolean("is_capturing") && row.getInt("senders_left") <= 0) {
      findings.add(Finding.error(exhausted(service, "max_wal_senders", row.getInt("senders"))));
    }
    var encoding = row.getString("encoding");
    boolean isPartial = !encoding.equals("UTF8") && !encoding.equals("SQL_ASCII");
    if (isPartial) {
      findings.add(
          Finding.warning(
              "database '%s': its encoding %s cannot hold every character, and an event with another one stops capture; keep the event log in a database with encoding 'UTF8'"
                  .formatted(row.getString("database"), encoding)));
    }
    if (encoding.equals("SQL_ASCII")) {
      findings.add(
          Finding.warning(
              "database '%s': its encoding SQL_ASCII allows texts that are not UTF-8, which events cannot hold unchanged; recreate it with encoding 'UTF8'"
                  .formatted(row.getString("database"))));
    }
  }

  private static String exhausted(ManagedService service, String setting, int limit) {
    return "setting %s: all %d are in use, one more is needed; %s"
        .formatted(setting, limit, service.parameter(setting, limit + 5));
  }

  private void checkRole(ResultSet row, List<Finding> findings) throws SQLException {
    var role = row.getString("role");
    if (!row.getBoolean("may_replicate")) {
      findings.add(
          Finding.error(
              "role '%s': must have the attribute replication; %s"
                  .formatted(role, service(row).allowReplication(role))));
    }
    for (var function : (String[]) row.getArray("closed_functions").getArray()) {
      findings.add(
          Finding.error(
              "function %1$s: role '%2$s' may not call it; as a superuser run: grant execute on function %1$s to %3$s;"
                  .formatted(function, role, TableName.quote(role))));
    }
    if (row.getBoolean("has_own_currency")) {
      findings.add(
          Finding.warning(
              "role '%s': has an lc_monetary of its own, in which money would be written; run: alter role %s reset lc_monetary; alter role %s in database %s reset lc_monetary;"
                  .formatted(
                      role,
                      TableName.quote(role),
                      TableName.quote(role),
                      TableName.quote(row.getString("database")))));
    }
  }

  private void checkPublication(ResultSet row, List<Finding> findings) throws SQLException {
    var quoted = TableName.quote(publication);
    if (!row.getBoolean("has_publication")) {
      if (!row.getBoolean("may_create")) {
        findings.add(
            Finding.error(
                "publication '%s': does not exist and role '%s' may not create it; as an administrator run: create publication %s with (publish_via_partition_root = true);"
                    .formatted(publication, row.getString("role"), quoted)));
      }
      return;
    }
    if (!row.getBoolean("publishes_all_actions")) {
      findings.add(
          Finding.warning(
              "publication '%s': does not publish every action; run: alter publication %s set (publish = 'insert, update, delete, truncate');"
                  .formatted(publication, quoted)));
    }
    if (!row.getBoolean("publishes_via_root")) {
      findings.add(
          Finding.warning(
              "publication '%s': publishes partitions under their own names; run: alter publication %s set (publish_via_partition_root = true);"
                  .formatted(publication, quoted)));
    }
  }
}
