package dev.wadi.pipeline;

import dev.wadi.postgres.TableName;
import java.util.List;

/**
 * A table whose rows are being read for a pipeline.
 *
 * @param id another one each time the backfill is started
 * @param tableOid the table that was read so far; 0 before the first rows are stored
 * @param keyColumns the columns that {@code lastKey} is of, with their types
 * @param lastKey the key's values of the row that was stored last, as Postgres prints them; empty
 *     before the first
 */
public record Backfill(
    long id,
    String pipeline,
    TableName table,
    long tableOid,
    List<String> keyColumns,
    List<String> lastKey) {}
