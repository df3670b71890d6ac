package dev.wadi.capture;

import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What capture is doing right now; written by the capture thread, read by health, API and metrics.
 */
public final class CaptureStatus {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.capture");

  /** So many different reasons without one success between them are enough to read. */
  private static final int MAX_SAID = 100;

  private volatile CaptureState state = CaptureState.STARTING;
  private volatile String reason = "";
  private volatile boolean alive = true;
  private volatile List<String> warnings = List.of();
  private volatile long position;

  /** Of the capture thread: why it failed last, empty once a batch is stored; what was logged. */
  private String trouble = "";

  private CaptureState troubled = CaptureState.WAITING;

  private final Set<String> said = new HashSet<>();

  /** Everything committed until then is stored, by the clock of the captured database. */
  private volatile long storedUntilMicros;

  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong starts = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  public CaptureState state() {
    return state;
  }

  /** Whether capture goes on, or tries to; if not, only another start of the process helps. */
  public boolean isAlive() {
    return alive;
  }

  /**
   * How far what is stored is behind the captured database; hardly more than the heartbeat interval
   * while capture keeps up.
   *
   * @return NaN before anything was stored
   */
  public double lagSeconds(Clock clock) {
    long now = TimeUnit.MILLISECONDS.toMicros(clock.millis());
    return storedUntilMicros == 0 ? Double.NaN : Math.max(0, (now - storedUntilMicros) / 1e6);
  }

  /** Why capture waits; empty while all is well. */
  public String reason() {
    return reason;
  }

  /** What is not as a pipeline wants it although changes flow; empty while all is well. */
  public List<String> warnings() {
    return warnings;
  }

  /** End LSN of the last commit that is stored; 0 before the first. */
  public long position() {
    return position;
  }

  /** Changes stored since this process started, before pipelines filtered them. */
  public long changes() {
    return changes.get();
  }

  /** Batches stored since this process started. */
  public long batches() {
    return batches.get();
  }

  /** How often this process began to stream: once, and once more after each failure. */
  public long starts() {
    return starts.get();
  }

  /** How often this process had to wait and try again. */
  public long failures() {
    return failures.get();
  }

  /** The answer of {@code GET /health}. */
  public Map<String, Object> health() {
    var health = new LinkedHashMap<String, Object>();
    health.put("ok", state.healthy());
    health.put("capture", state.toString());
    health.put("position", Lsn.text(position));
    if (!reason.isEmpty()) {
      health.put("reason", reason);
    }
    if (!warnings.isEmpty()) {
      health.put("warnings", warnings);
    }
    return health;
  }

  /** 200 while changes flow or another process captures, else 503. */
  public int healthCode() {
    return state.healthy() ? 200 : 503;
  }

  /** A source is open. After a failure that is no proof that batches can be stored again. */
  void opened(String slot, String publication, long from) {
    position = from;
    starts.incrementAndGet();
    if (!trouble.isEmpty()) {
      enter(troubled, trouble);
      return;
    }
    enter(CaptureState.STREAMING, "");
    LOG.info(
        "capture: started slot={} publication={} position={}", slot, publication, Lsn.text(from));
  }

  void warn(List<String> news) {
    warnings = news;
  }

  void waiting(String why, long delayMs) {
    failures.incrementAndGet();
    trouble = why;
    troubled = CaptureState.WAITING;
    enter(CaptureState.WAITING, why);
    if (said.size() < MAX_SAID && said.add(why)) {
      LOG.warn("capture: waiting, next attempt in {} ms: {}", delayMs, why);
    }
  }

  /** The slot cannot be read by this process, or not at the position. */
  void slot(SlotState slot, String why) {
    boolean isNews = state != slot.capture() || !why.equals(reason);
    // Only reading shows it, so it may be opened again and again before.
    trouble = slot == SlotState.UNREADABLE ? why : "";
    troubled = slot.capture();
    enter(slot.capture(), why);
    if (isNews && slot.fine()) {
      LOG.info("capture: standing by: {}", why);
    } else if (isNews) {
      LOG.error("capture: stopped: {}: {}", state, why);
    }
  }

  void died(String why) {
    alive = false;
    enter(CaptureState.STOPPED, why);
  }

  void stopped() {
    enter(CaptureState.STOPPED, "");
    LOG.info("capture: stopped position={}", Lsn.text(position));
  }

  void stored(Batch batch) {
    position = Math.max(position, batch.getPosition());
    storedUntilMicros = Math.max(storedUntilMicros, batch.committedAtMicros());
    changes.addAndGet(batch.size());
    batches.incrementAndGet();
    if (!trouble.isEmpty()) {
      goOn();
    }
  }

  private void goOn() {
    trouble = "";
    said.clear();
    enter(CaptureState.STREAMING, "");
    LOG.info("capture: goes on, position={}", Lsn.text(position));
  }

  private void enter(CaptureState next, String why) {
    reason = why;
    state = next;
  }
}
