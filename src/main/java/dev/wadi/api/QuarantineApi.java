package dev.wadi.api;

import dev.wadi.pipeline.QuarantinedChange;
import dev.wadi.pipeline.QuarantinedChanges;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's quarantine: changes that a step of their pipeline refused. */
public final class QuarantineApi {

  private static final int MAX_IDS = 1_000;

  private final QuarantinedChanges changes;

  public QuarantineApi(QuarantinedChanges changes) {
    this.changes = changes;
  }

  /**
   * Body of replay and discard: some, or all of a pipeline.
   *
   * @param ids at most 1000
   */
  public record Selection(@Nullable List<Long> ids, @Nullable String pipeline) {}

  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow("pipeline", "after", "limit");
    long after = request.number("after", 0, 0, Long.MAX_VALUE);
    var found =
        changes.list(
            request.parameter("pipeline"), after, (int) request.number("limit", 100, 1, 1_000));
    var page = new LinkedHashMap<String, Object>();
    page.put("data", found);
    page.put("next_after", last(found, after));
    return page;
  }

  /** Sends changes through their pipelines once more. */
  public Map<String, Object> replay(ApiRequest request) throws SQLException {
    var selection = selection(request);
    return Map.of(
        "replayed",
        selection.ids() == null
            ? changes.replayAll(String.valueOf(selection.pipeline()))
            : changes.replay(selection.ids()));
  }

  /** Deletes changes for good. */
  public Map<String, Object> discard(ApiRequest request) throws SQLException {
    var selection = selection(request);
    return Map.of(
        "discarded",
        selection.ids() == null
            ? changes.discardAll(String.valueOf(selection.pipeline()))
            : changes.discard(selection.ids()));
  }

  private static Selection selection(ApiRequest request) {
    var selection = request.read(Selection.class);
    boolean one = (selection.ids() == null) != (selection.pipeline() == null);
    if (!one) {
      throw Problem.invalid("ids", "give either `ids` or `pipeline`");
    }
    var ids = selection.ids();
    if (ids != null && (ids.isEmpty() || ids.size() > MAX_IDS || ids.contains(null))) {
      throw Problem.invalid("ids", "must be 1 to " + MAX_IDS + " ids");
    }
    return selection;
  }

  private static long last(List<QuarantinedChange> found, long otherwise) {
    return found.isEmpty() ? otherwise : found.get(found.size() - 1).id();
  }
}
