package dev.wadi.eventtable;

import dev.wadi.change.Change;
import dev.wadi.postgres.Sql;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statement that puts changes aside which an event table cannot hold, and its parameters. */
public final class Quarantine {

  private static final String SQL = Sql.load("eventtable/quarantine");

  /** The statement, for camel-jdbc. */
  public String sql() {
    return SQL;
  }

  /**
   * The parameters of the statement.
   *
   * @param slot the replication slot that brought the changes
   * @param pipeline the pipeline that could not store the changes
   * @param changes the changes that it could not store
   * @param error why
   */
  public Map<String, @Nullable Object> parameters(
      String slot, String pipeline, List<Change> changes, String error) {
    var parameters = new HashMap<String, @Nullable Object>(32);
    parameters.put("slot", slot);
    parameters.put("pipeline", pipeline);
    parameters.put("error", error);
    new ChangeArrays(changes).putInto(parameters);
    return parameters;
  }
}
