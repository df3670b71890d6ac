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
  private static final int LOG_LINES_SHOWN = 8;

  private final DataDirectory data;
  private final PostgresBinaries binaries;

  Cluster(DataDirectory data, PostgresBinaries binaries) {
    this.data = data;
    this.binaries = binaries;
  }

  /** All or nothing: initialised beside its place and then moved there. */
  synchronized void initialize() throws IOException {
    var unfinished = data.newUnfinished();
    var passwordFile = Files.createTempFile(unfinished.getParent(), "password-", "");
    try {
      Files.writeString(passwordFile, PASSWORD + "\n");
      data.account().own(passwordFile);
      run(initialization(unfinished, passwordFile));
    } finally {
      Files.delete(passwordFile);
    }
    data.accept(unfinished);
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

  private void stop(Postmaster postmaster) throws IOException {
    run(control("stop", "-W", "-m", "fast"));
    if (postmaster.endsWithin(FAST_LIMIT)) {
      return;
    }
    LOG.warn(
        "playground: Postgres did not shut down within {} s, cutting it off pid={}",
        FAST_LIMIT.toSeconds(),
        postmaster.processId());
    run(control("stop", "-W", "-m", "immediate"));
    if (!postmaster.endsWithin(IMMEDIATE_LIMIT)) {
      throw new PlaygroundException(
          "Postgres (process %d) does not stop; see %s".formatted(postmaster.processId(), log()));
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
