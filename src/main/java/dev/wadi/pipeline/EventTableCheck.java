package dev.wadi.pipeline;

import dev.wadi.postgres.TableName;
import java.sql.SQLException;
import java.util.List;

/** Tells what keeps a table from taking events. */
public interface EventTableCheck {

  /** Every rule that is broken, with its remedy; empty if events can be appended. */
  List<String> problems(TableName table) throws SQLException;

  /** The same for events of action {@code read}, which older event tables refuse. */
  List<String> readProblems(TableName table) throws SQLException;
}
