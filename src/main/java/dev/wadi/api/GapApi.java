package dev.wadi.api;

import dev.wadi.capture.Gap;
import dev.wadi.capture.Gaps;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's gaps: what capture could not bring. */
public final class GapApi {

  private final Gaps gaps;

  public GapApi(Gaps gaps) {
    this.gaps = gaps;
  }

  public Map<String, Object> list(ApiRequest request) throws SQLException {
    request.allow();
    return Map.of("data", gaps.list().stream().map(GapApi::shown).toList());
  }

  /** Says that a gap is filled or does not matter. */
  public Answer close(ApiRequest request) throws SQLException {
    boolean isId = request.name().matches("[0-9]{1,18}");
    if (!isId || !gaps.close(Long.parseLong(request.name()))) {
      throw Problem.notFound("gap", request.name());
    }
    return Answer.nothing();
  }

  private static Map<String, @Nullable Object> shown(Gap gap) {
    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("id", gap.id());
    shown.put("slot", gap.slot());
    shown.put("table", gap.table().isEmpty() ? null : gap.table());
    shown.put("from_lsn", gap.fromLsn());
    shown.put("to_lsn", gap.toLsn());
    shown.put("reason", gap.reason());
    shown.put("noticed_at", gap.noticedAt());
    shown.put("closed_at", gap.closedAt());
    return shown;
  }
}
