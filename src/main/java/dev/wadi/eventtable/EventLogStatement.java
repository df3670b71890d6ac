package dev.wadi.eventtable;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One statement of a batch; the append route runs it until it is no longer pending. */
public interface EventLogStatement {

  /** The statement in camel-jdbc's form. */
  String getSql();

  /** Its parameters by name. */
  Map<String, @Nullable Object> getParameters();

  /** Whether it must be run, once more where it found that another writer came first. */
  boolean isPending();

  /** Takes the rows that the database answered. */
  void answered(List<Map<String, @Nullable Object>> rows);

  /** How many events it made, once it is no longer pending. */
  default long appendedEvents() {
    return 0;
  }
}
