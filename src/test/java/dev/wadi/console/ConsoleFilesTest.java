package dev.wadi.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the console's files promise. */
class ConsoleFilesTest {

  private static final Path FOLDER = Path.of("src/main/resources/console");

  @Test
  void the_list_names_every_file_and_no_other() throws IOException {
    assertThat(Files.readAllLines(FOLDER.resolve("files.txt")))
        .containsExactlyInAnyOrderElementsOf(
            files().stream()
                .map(file -> FOLDER.relativize(file).toString())
                .filter(name -> !name.equals("files.txt"))
                .toList());
  }

  @Test
  void data_never_become_markup_and_nothing_is_loaded_from_elsewhere() throws IOException {
    for (var file : files()) {
      var text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
      assertThat(text)
          .as(file.toString())
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
          .doesNotContain("new Function", "http://", "https://fonts", "@import", "url(");
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
