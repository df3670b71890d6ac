package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GuaranteesTest {

  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+)…)?`");

  @Test
  void every_test_that_a_promise_names_is_there() throws IOException {
    var named = NAMED.matcher(Files.readString(Path.of("docs/guarantees.md")));
    while (named.find()) {
      var method = named.group(2) == null ? "" : named.group(2);
      assertThat(source(named.group(1))).as(named.group()).contains("void " + method);
    }
  }

  /** A test's source; empty if there is none of that name. */
  private static String source(String test) throws IOException {
    try (var files = Files.walk(Path.of("src/test/java"))) {
      var file = files.filter(each -> each.endsWith(test + ".java")).findFirst();
      return file.isPresent() ? Files.readString(file.get()) : "";
    }
  }
}
