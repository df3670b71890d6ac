package dev.wadi.eventtable;

import dev.wadi.change.Change;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one change that its pipeline could not handle, with the reason. */
final class QuarantineStatement implements EventLogStatement {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.pipeline");

  private final Quarantine quarantine = new Quarantine();
  private final Map<String, @Nullable Object> parameters;
  private boolean pending = true;

  QuarantineStatement(String slot, String pipeline, Change change, Exception failure) {
    var error = text(failure);
    LOG.warn(
        "pipeline {}: {} of {}.{} key '{}' put into wadi.quarantined_changes: {}",
        pipeline,
        change.action(),
        change.table().schema(),
        change.table().name(),
        change.recordPk(),
        error.lines().findFirst().orElse(""));
    parameters = quarantine.parameters(slot, pipeline, List.of(change), error);
  }

  /** What Postgres can hold: some text, without NUL. */
  private static String text(Exception failure) {
    var message = failure.getMessage();
    boolean saysNothing = message == null || message.isBlank();
    return (saysNothing ? failure.getClass().getName() : message).replace('\0', '\uFFFD');
  }

  @Override
  public String getSql() {
    return quarantine.sql();
  }

  @Override
  public Map<String, @Nullable Object> getParameters() {
    return parameters;
  }

  @Override
  public boolean isPending() {
    return pending;
  }

  @Override
  public void answered(List<Map<String, @Nullable Object>> rows) {
    pending = false;
  }

  @Override
  public String toString() {
    return "quarantine";
  }
}
