import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How fast the server decodes a backlog for a reader that throws everything away: pg_recvlogical,
 * or the server's own count where that program is not installed.
 */
final class Ceiling {

  private static final String PEEK =
      "select count(*) from pg_logical_slot_peek_binary_changes('%s', '%s', null,"
          + " 'proto_version', '1', 'publication_names', 'wadi')";

  private final BenchDatabase database;
  private final Optional<Path> program;

  Ceiling(BenchDatabase database) throws IOException {
    this.database = database;
    this.program = find();
  }

  String by() {
    return program.isPresent() ? "pg_recvlogical" : "peek";
  }

  /** Seconds to drain the slot up to the end of the backlog; the slot is dropped then. */
  double drain(String slot, String end) throws Exception {
    Report.note("draining with " + by());
    long start = System.nanoTime();
    if (program.isPresent()) {
      receive(program.get(), slot, end);
    } else {
      database.execute(PEEK.formatted(slot, end));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    database.execute("select pg_drop_replication_slot('" + slot + "')");
    return seconds;
  }

  /** Reads whatever comes from a slot until it is destroyed; empty without pg_recvlogical. */
  Optional<Process> follow(String slot) throws IOException {
    if (program.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new ProcessBuilder(words(program.get(), slot)).inheritIO().start());
  }

  private List<String> words(Path receiver, String slot) {
    var words = new ArrayList<String>();
    words.addAll(List.of(receiver.toString(), "--dbname", database.server().url()));
    words.addAll(List.of("--slot", slot, "--start", "--no-loop", "--file", "/dev/null"));
    words.addAll(List.of("-o", "proto_version=1", "-o", "publication_names=wadi"));
    return words;
  }

  private void receive(Path receiver, String slot, String end) throws Exception {
    var words = words(receiver, slot);
    words.addAll(List.of("--endpos", end));
    var process = new ProcessBuilder(words).inheritIO().start();
    try {
      if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException("pg_recvlogical failed or took more than 10 minutes");
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Optional<Path> find() throws IOException {
    var candidates = new ArrayList<Path>();
    for (var directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      candidates.add(Path.of(directory, "pg_recvlogical"));
    }
    var packaged = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(packaged)) {
      try (Stream<Path> versions = Files.list(packaged)) {
        versions
            .sorted(Comparator.reverseOrder())
            .forEach(version -> candidates.add(version.resolve("bin/pg_recvlogical")));
      }
    }
    return candidates.stream().filter(Files::isExecutable).findFirst();
  }
}
