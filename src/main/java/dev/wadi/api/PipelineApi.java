package dev.wadi.api;

import dev.wadi.capture.CaptureStatus;
import dev.wadi.capture.SlotWatch;
import dev.wadi.pipeline.BackfillStatus;
import dev.wadi.pipeline.Filter;
import dev.wadi.pipeline.PipelineDefinition;
import dev.wadi.pipeline.PipelineRefusedException;
import dev.wadi.pipeline.PipelineStatus;
import dev.wadi.pipeline.PipelineStatuses;
import dev.wadi.pipeline.PipelineStore;
import dev.wadi.pipeline.StoredPipeline;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's pipelines: the route files, read and written. */
public final class PipelineApi {

  /** Less than this is what the heartbeat itself writes. */
  private static final long CAUGHT_UP_BYTES = 65_536;

  private final PipelineStore pipelines;
  private final PipelineStatuses statuses;
  private final SlotWatch slot;
  private final CaptureStatus capture;
  private final Clock clock;

  public PipelineApi(
      PipelineStore pipelines,
      PipelineStatuses statuses,
      SlotWatch slot,
      CaptureStatus capture,
      Clock clock) {
    this.pipelines = pipelines;
    this.statuses = statuses;
    this.slot = slot;
    this.capture = capture;
    this.clock = clock;
  }

  /** Body of POST and PUT. */
  public record Body(
      @Nullable String name,
      @Nullable Table source,
      @Nullable List<String> actions,
      @Nullable List<Map<String, Object>> filters,
      @Nullable Table destination,
      @Nullable Boolean backfill) {}

  /** Where from, or where to. */
  public record Table(@Nullable String table) {}

  /** Something that may be refused. */
  private interface Work<T> {
    T run() throws Exception;
  }

  public Map<String, Object> list(ApiRequest request) throws Exception {
    request.allow();
    var shown = new ArrayList<Map<String, @Nullable Object>>();
    for (var pipeline : pipelines.list()) {
      shown.add(shown(pipeline));
    }
    return Map.of("data", shown);
  }

  public Answer show(ApiRequest request) throws Exception {
    return answered(200, refusing(() -> pipelines.get(request.name())));
  }

  public Answer create(ApiRequest request) throws Exception {
    var definition = definition(request.read(Body.class), null);
    return answered(201, refusing(() -> pipelines.create(definition)));
  }

  public Answer update(ApiRequest request) throws Exception {
    var definition = definition(request.read(Body.class), request.name());
    return answered(200, refusing(() -> pipelines.update(definition, etag(request))));
  }

  public Answer delete(ApiRequest request) throws Exception {
    refusing(
        () -> {
          pipelines.delete(request.name(), etag(request));
          return request;
        });
    return Answer.nothing();
  }

  public Answer pause(ApiRequest request) throws Exception {
    return answered(
        200,
        refusing(
            () -> {
              pipelines.pause(request.name());
              return pipelines.get(request.name());
            }));
  }

  public Answer resume(ApiRequest request) throws Exception {
    return answered(
        200,
        refusing(
            () -> {
              pipelines.resume(request.name());
              return pipelines.get(request.name());
            }));
  }

  /** Deletes what a pipeline kept, for good. */
  public Map<String, Object> discardKept(ApiRequest request) throws Exception {
    return Map.of("discarded", refusing(() -> pipelines.discardKept(request.name())));
  }

  public Answer startBackfill(ApiRequest request) throws Exception {
    return answered(
        202,
        refusing(
            () -> {
              pipelines.startBackfill(request.name());
              return pipelines.get(request.name());
            }));
  }

  public Answer cancelBackfill(ApiRequest request) throws Exception {
    return answered(
        200,
        refusing(
            () -> {
              pipelines.cancelBackfill(request.name());
              return pipelines.get(request.name());
            }));
  }

  private Answer answered(int status, StoredPipeline pipeline) throws SQLException {
    return new Answer(status, shown(pipeline), Map.of()).tagged(pipeline.etag());
  }

  private static PipelineDefinition definition(Body body, @Nullable String name) {
    if (name != null && body.name() != null && !name.equals(body.name())) {
      throw Problem.invalid("name", "cannot be changed (is '" + name + "')");
    }
    return new PipelineDefinition(
        name != null ? name : text(body.name()),
        body.source() == null ? "" : text(body.source().table()),
        body.actions() == null ? PipelineDefinition.DEFAULT_ACTIONS : body.actions(),
        filters(body.filters()),
        body.destination() == null ? "" : text(body.destination().table()),
        Boolean.TRUE.equals(body.backfill()));
  }

  private static List<Filter> filters(@Nullable List<Map<String, Object>> filters) {
    var read = new ArrayList<Filter>();
    for (var fields : filters == null ? List.<Map<String, Object>>of() : filters) {
      try {
        read.add(Filter.read(fields));
      } catch (IllegalArgumentException e) {
        throw Problem.invalid("filters", String.valueOf(e.getMessage()));
      }
    }
    return read;
  }

  private static <T> T refusing(Work<T> work) throws Exception {
    try {
      return work.run();
    } catch (PipelineRefusedException e) {
      throw switch (e.reason()) {
        case INVALID -> Problem.invalid(e.problems());
        case MISSING -> new Problem(404, String.valueOf(e.getMessage()));
        case CONFLICT -> new Problem(409, String.valueOf(e.getMessage()));
        case OUTDATED -> new Problem(412, String.valueOf(e.getMessage()));
        case BUSY -> new Problem(503, String.valueOf(e.getMessage()));
      };
    }
  }

  private Map<String, @Nullable Object> shown(StoredPipeline pipeline) throws SQLException {
    var definition = pipeline.definition();
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("name", definition.name());
    shown.put("source", Map.of("table", definition.tables()));
    shown.put("actions", definition.actions());
    shown.put("filters", definition.filters().stream().map(Filter::fields).toList());
    shown.put("destination", Map.of("table", definition.eventTable()));
    shown.put("backfill", definition.backfill());
    shown.put("file", pipeline.text());
    shown.put("status", status(statuses.of(definition.name())));
    return shown;
  }

  private Map<String, @Nullable Object> status(PipelineStatus status) {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    var seen = slot.last().isCurrent() ? slot.last() : null;
    shown.put("state", status.state());
    shown.put("reason", status.reason());
    shown.put("lag_bytes", seen == null ? null : seen.lagBytes());
    shown.put("lag_ms", lagMs(seen));
    shown.put("retained_wal_bytes", seen == null ? null : seen.retainedBytes());
    shown.put("events", status.events());
    shown.put("events_per_minute", status.eventsPerMinute());
    shown.put("bytes_per_minute", status.bytesPerMinute());
    shown.put("last_committed_at", status.lastCommittedAt());
    shown.put("quarantined", status.quarantined());
    shown.put("kept", status.kept());
    shown.put("undecided", status.undecided());
    shown.put("backfill", status.backfill() == null ? null : backfill(status.backfill()));
    shown.put("warnings", status.warnings());
    return shown;
  }

  private static Map<String, @Nullable Object> backfill(BackfillStatus status) {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("state", status.state());
    shown.put("reason", status.reason());
    shown.put("table", status.table() == null ? null : status.table().toString());
    shown.put("tables", status.tables());
    shown.put("tables_finished", status.tablesFinished());
    shown.put("rows", status.rows());
    shown.put("started_at", status.startedAt());
    shown.put("finished_at", status.finishedAt());
    return shown;
  }

  /** How far what is stored is behind; null where that is not known yet, after a start. */
  private @Nullable Long lagMs(SlotWatch.@Nullable Reading seen) {
    if (seen != null && seen.lagBytes() < CAUGHT_UP_BYTES) {
      return 0L;
    }
    double seconds = capture.lagSeconds(clock);
    return Double.isNaN(seconds) ? null : Math.round(seconds * 1_000);
  }

  private static @Nullable String etag(ApiRequest request) {
    var etag = request.etag();
    return etag == null || etag.equals("*") ? null : etag.replaceAll("^W/|\"", "");
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
