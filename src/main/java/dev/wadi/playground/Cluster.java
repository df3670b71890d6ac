package dev.wadi.playground;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory and the Postgres programs that initialise, start and stop it. {@code pg_ctl}
 * puts the postmaster into a session of its own, so Ctrl-C in the terminal does not reach it.
 */
final class Cluster {

  static final String USER = "postgres";
  static final String PASSWORD = "postgres";

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /** Written to {@code postgresql.conf} once; the user may change them there. */
  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1,::1",
          "unix_socket_directories=",
          "wal_level=logical",
          "max_wal_senders=20",
          "max_replication_slots=20",
          // A slot that nobody reads for long must not fill the disk.
          "max_slot_wal_keep_size=2GB",
          "timezone=UTC",
          "log_timezone=UTC");

  /** Room for the recovery of 2 GB of WAL after a crash. */
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private static final Duration FAST_LIMIT = Duration.ofSeconds(6);
  private static final Duration IMMEDIATE_LIMIT = Duration.ofSeconds(3);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
  private static final int LOG_LINES_SHOWN = 8;

  private final DataDirectory data;
  private final PostgresBinaries binaries;

  Cluster(DataDirectory data, PostgresBinaries binaries) {
    this.data = data;
    this.binaries = binaries;
  }

  /** All or nothing: initialised beside its place and then moved there. */
  synchronized void initialize() throws IOException {
    var target = data.workDirectory();
    var passwordFile = Files.createTempFile("password-", "");
    try {
      Files.writeString(passwordFile, PASSWORD + "\n");
      data.account().own(passwordFile);
      run(initialization(target, passwordFile));
    } finally {
      Files.delete(passwordFile);
    }
    data.accept(target);
  }

  /** Returns when Postgres takes connections. */
  synchronized Postmaster start(int port) throws IOException {
    data.turnLog();
    try {
      run(control("start", "-w", "-t", seconds(START_LIMIT), "-l", log(), "-o", "-p " + port));
    } catch (PlaygroundException e) {
      throw new PlaygroundException(
          "Postgres did not start; the end of " + log() + ":\n" + logEnd(), e);
    }
    return Postmaster.serving(data.path())
        .orElseThrow(() -> new PlaygroundException("Postgres ended; see " + log()));
  }

  /**
   * Ends the postmaster of these data if there is one, whoever started it. A Postgres that does not
   * shut down in time is cut off, which costs a recovery at the next start, but no data.
   */
  synchronized void stop() throws IOException {
    var postmaster = Postmaster.serving(data.path());
    if (postmaster.isPresent()) {
      stop(postmaster.get());
    }
  }

  private void stop(Postmaster postmaster) {
    if (stopsWithin(FAST_LIMIT, "fast", postmaster)) {
      return;
    }
    LOG.warn(
        "playground: Postgres did not shut down within {} s, cutting it off pid={}",
        FAST_LIMIT.toSeconds(),
        postmaster.processId());
    if (!stopsWithin(IMMEDIATE_LIMIT, "immediate", postmaster)) {
      throw new PlaygroundException(
          "Postgres (process %d) does not stop; see %s".formatted(postmaster.processId(), log()));
    }
  }

  /** Asks again if it must: an impatient user's second Ctrl-C ends the {@code pg_ctl} that asks. */
  private boolean stopsWithin(Duration limit, String shutdown, Postmaster postmaster) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!requested(shutdown) && System.nanoTime() - deadline < 0) {
      if (postmaster.endsWithin(RETRY_PAUSE)) {
        return true;
      }
    }
    return postmaster.endsWithin(Duration.ofNanos(deadline - System.nanoTime()));
  }

  private boolean requested(String shutdown) {
    try {
      run(control("stop", "-W", "-m", shutdown));
      return true;
    } catch (IOException | PlaygroundException e) {
      LOG.debug("playground: {} shutdown was not requested", shutdown, e);
      return false;
    }
  }

  private List<String> initialization(Path target, Path passwordFile) {
    var words = new ArrayList<String>();
    words.addAll(List.of(binaries.program("initdb"), "-D", target.toString(), "-U", USER));
    words.addAll(List.of("--pwfile", passwordFile.toString(), "--auth", "scram-sha-256"));
    words.addAll(List.of("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"));
    words.addAll(List.of("--builtin-locale", "C.UTF-8", "--no-instructions"));
    for (var setting : SETTINGS) {
      words.addAll(List.of("--set", setting));
    }
    return words;
  }

  private List<String> control(String action, String... options) {
    var words = new ArrayList<String>();
    words.addAll(List.of(binaries.program("pg_ctl"), action, "-D", data.path().toString()));
    words.addAll(List.of(options));
    return words;
  }

  private void run(List<String> words) throws IOException {
    ServerCommand.run(data.account().command(words), data.path().getParent());
  }

  private String log() {
    return data.log().toString();
  }

  private String logEnd() throws IOException {
    var lines = Files.readAllLines(data.log());
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
  }

  private static String seconds(Duration duration) {
    return Long.toString(duration.toSeconds());
  }
}
