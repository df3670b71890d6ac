package dev.wadi.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The clock of processes under test, which is set forward and back while they run: libfaketime
 * stands between them and the time of day, and looks into a file every second. What is measured by
 * a clock that only counts stays as it is.
 */
public final class ShiftedClock {

  private final Path library;
  private final Path file;

  private ShiftedClock(Path library, Path file) {
    this.library = library;
    this.file = file;
  }

  /**
   * A clock that goes right to begin with; empty where libfaketime is not installed.
   *
   * @param folder where the file is made
   */
  public static Optional<ShiftedClock> ifInstalled(Path folder) throws IOException {
    try (var libraries = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
      for (var each : libraries) {
        var library = each.resolve("faketime/libfaketime.so.1");
        if (Files.exists(library)) {
          var clock = new ShiftedClock(library, folder.resolve("clock"));
          clock.shift(Duration.ZERO);
          return Optional.of(clock);
        }
      }
    }
    return Optional.empty();
  }

  /** Makes processes that are started with an environment go by this clock. */
  public void putInto(Map<String, String> environment) {
    environment.put("LD_PRELOAD", library.toString());
    environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
    environment.put("FAKETIME_CACHE_DURATION", "1");
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    // Else each wait of Java that has a limit takes ten times as long as it should.
    environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  /** Sets the clock so far from the time that it is. */
  public void shift(Duration offset) {
    try {
      var next = file.resolveSibling("clock.next");
      Files.writeString(next, "%+d".formatted(offset.toSeconds()), US_ASCII);
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
