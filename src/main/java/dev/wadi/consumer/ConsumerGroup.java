package dev.wadi.consumer;

import dev.wadi.postgres.TableName;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group as it is stored.
 *
 * @param id number, for the ledger's name
 * @param definition what its user asked for
 * @param table the event table behind its stream
 * @param paused whether nothing is handed out now
 * @param owned whether some process serves it now
 * @param ownerProcess which process that is; null if none, or one of an older version
 * @param ownerUrl where that process answers; null if it is not known
 */
public record ConsumerGroup(
    int id,
    GroupDefinition definition,
    TableName table,
    boolean paused,
    boolean owned,
    @Nullable UUID ownerProcess,
    @Nullable String ownerUrl) {

  public String name() {
    return definition.name();
  }
}
