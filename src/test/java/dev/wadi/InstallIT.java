package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/install.md says leads to a Wadi that runs. */
@Tag("slow")
class InstallIT {

  private static final Pattern STEPS =
      Pattern.compile("## systemd\n+```sh\n(.*?)```", Pattern.DOTALL);

  /** With all that a shell would read as something else. */
  private static final String PASSWORD = "$HOME & \"x\"; #`y`\\";

  @TempDir private Path folder;

  /** In a folder of the test's, with the jar that was just built, and without users. */
  @Test
  void the_steps_for_systemd_install_a_wadi_that_starts_without_sources() throws Exception {
    var steps = STEPS.matcher(Files.readString(Path.of("docs/install.md")));
    assertThat(steps.find()).isTrue();
    var script =
        steps
            .group(1)
            .replaceAll("(?m)^(mvn|id|chown) .*$", "")
            .replaceAll("(?<= )/(?=opt|etc)", folder + "/")
            .replace("'...'", "'" + PASSWORD + "'");

    assertThat(output(Path.of(""), "sh", "-euc", script)).isEmpty();

    var installed = folder.resolve("opt/wadi");
    assertThat(installed.resolve("routes/pipelines")).isEmptyDirectory();
    assertThat(folder.resolve("etc/systemd/system/wadi.service")).exists();
    assertThat(output(installed, "./wadi", "--version").lines())
        .singleElement()
        .asString()
        .matches("wadi [0-9]\\S+");
    var read = ". etc/wadi/environment; printf %s \"$WADI_DATABASE_PASSWORD\"";
    assertThat(output(folder, "sh", "-euc", read)).isEqualTo(PASSWORD);
  }

  private static String output(Path where, String... command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .directory(where.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .start();
    var text = read(process);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static String read(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes());
  }
}
