package dev.wadi.pipeline;

import dev.wadi.change.Action;
import dev.wadi.postgres.TableName;
import java.util.Set;
import org.apache.camel.Endpoint;

/**
 * A running pipeline: which changes it wants and where its route begins.
 *
 * @param name the route's id
 * @param tables source tables
 * @param actions what it captures
 * @param entry endpoint that a wanted change is sent to
 */
record Pipeline(String name, Set<TableName> tables, Set<Action> actions, Endpoint entry) {

  boolean wants(TableName table, Action action) {
    return actions.contains(action) && tables.contains(table);
  }
}
