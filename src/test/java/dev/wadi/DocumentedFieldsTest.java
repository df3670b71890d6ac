package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import dev.wadi.consumer.DeadLetter;
import dev.wadi.consumer.GroupStatus;
import dev.wadi.webhook.Attempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API answers is described, field by field. */
class DocumentedFieldsTest {

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of(GroupStatus.class, "docs/consuming.md"),
        Arguments.of(DeadLetter.class, "docs/consuming.md"),
        Arguments.of(Attempt.class, "docs/webhooks.md"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void every_field_is_in_a_table_of_the_documentation(Class<?> answer, String page)
      throws IOException {
    var rows = Files.readAllLines(Path.of(page)).stream().filter(line -> line.startsWith("| `"));
    var fields = String.join("\n", rows.map(row -> row.split(" \\| ")[0]).toList());
    for (var component : answer.getRecordComponents()) {
      var name = new SnakeCaseStrategy().translate(component.getName());
      assertThat(fields).contains("`" + name + "`");
    }
  }
}
