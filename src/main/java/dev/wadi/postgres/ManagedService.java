package dev.wadi.postgres;

/**
 * Who runs a Postgres, as far as its roles tell: where nobody is superuser, settings and the right
 * to replicate are given in other ways.
 */
public enum ManagedService {
  /** Whoever has a superuser. */
  NONE(
      "run: alter system set %1$s = '%2$s'; and restart Postgres",
      "as a superuser run: alter role %s replication;"),
  RDS(
      "on Amazon RDS run: aws rds modify-db-parameter-group --db-parameter-group-name GROUP"
          + " --parameters ParameterName=%1$s,ParameterValue=%2$s,ApplyMethod=pending-reboot"
          + " (Aurora: modify-db-cluster-parameter-group), and reboot",
      "as a member of rds_superuser run: grant rds_replication to %s;"),
  CLOUD_SQL(
      "on Cloud SQL run: gcloud sql instances patch INSTANCE --database-flags=%1$s=%2$s with all"
          + " other flags named too, as it replaces them; the instance restarts",
      "as a member of cloudsqlsuperuser run: alter role %s with replication;"),
  AZURE(
      "on Azure run: az postgres flexible-server parameter set --resource-group GROUP --server-name"
          + " SERVER --name %1$s --value %2$s; then: az postgres flexible-server restart",
      "as the server's administrator run: alter role %s with replication;"),
  NEON(
      "on Neon set it in the project's settings (%1$s = %2$s); computes restart",
      "make the role in Neon's console, or run: alter role %s with replication;");

  private final String parameter;
  private final String replication;

  ManagedService(String parameter, String replication) {
    this.parameter = parameter;
    this.replication = replication;
  }

  /** By the role that the service gives its customers in the place of superuser. */
  public static ManagedService of(String role) {
    return switch (role) {
      case "rds_superuser" -> RDS;
      case "cloudsqlsuperuser" -> CLOUD_SQL;
      case "azure_pg_admin" -> AZURE;
      case "neon_superuser" -> NEON;
      default -> NONE;
    };
  }

  /** What lets Postgres decode changes. */
  public String allowLogical() {
    return switch (this) {
      case RDS -> parameter("rds.logical_replication", "1");
      case CLOUD_SQL -> parameter("cloudsql.logical_decoding", "on");
      case NONE, AZURE, NEON -> parameter("wal_level", "logical");
    };
  }

  /** What sets a parameter that needs a restart. */
  public String parameter(String name, Object value) {
    return parameter.formatted(name, value);
  }

  /** What lets a role replicate. */
  public String allowReplication(String role) {
    return replication.formatted(TableName.quote(role));
  }
}
