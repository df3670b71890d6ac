package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wadi.eventtable.EventTableDdl;
import dev.wadi.kit.ApiClient;
import dev.wadi.kit.Capture;
import dev.wadi.postgres.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's own commands, taken from its code blocks. */
class ReadmeTest {

  private static final String ACK_ID = "AQAAA…";
  private static final Pattern RECEIVED_ID = Pattern.compile("\"ack_id\":\"([^\"]+)\"");

  private final WadiForApi wadi = WadiForApi.shared();

  @Test
  void the_quickstart_by_curl_works_as_written() throws Exception {
    requireCurl();
    wadi.database()
        .execute(
            "create table public.regions (id int primary key, name text, timezone text);"
                + "insert into public.regions values (1, 'us-east-1', 'est');"
                + "alter table public.regions replica identity full");
    var section = section("## By curl");
    var shell = blocks(section, "sh");

    assertThat(run(shell.get(0))).doesNotContain("summary").contains("\"name\":\"billing\"");
    wadi.awaitPublished("public.regions");
    wadi.database().execute(blocks(section, "sql").get(0));
    var names = shell.get(0).substring(0, shell.get(0).indexOf("curl"));
    var received = run(names + shell.get(1));
    var id = RECEIVED_ID.matcher(received);
    assertThat(id.find()).as(received).isTrue();
    assertThat(received).contains("\"changes\":{\"timezone\": \"est\"}", "\"action\":\"update\"");
    assertThat(run(names + shell.get(2).replace(ACK_ID, id.group(1))))
        .contains("\"" + id.group(1) + "\":\"acked\"");
  }

  /** Capture waits for every pipeline that is there, and theirs need tables of the playground's. */
  @Test
  void shipped_pipelines_are_taken_away_where_the_database_is_another() throws IOException {
    try (var shipped = Files.list(Path.of("routes", "pipelines"))) {
      var container = Files.readString(Path.of("ops", "Dockerfile"));
      for (var file : shipped.toList()) {
        assertThat(section("## Your own database")).contains("rm " + file, "git checkout " + file);
        assertThat(container).contains("rm " + file);
      }
    }
  }

  @Test
  void the_quickstart_by_yaml_works_as_written() throws Exception {
    wadi.database().execute("create table public.orders (id int primary key, note text)");
    wadi.database()
        .execute(new EventTableDdl(TableName.parse("public.order_events"), null).script());

    Files.writeString(
        wadi.pipelineFiles().resolve("orders.camel.yaml"),
        blocks(section("## Your own database"), "yaml").get(0).stripIndent());
    wadi.awaitPublished("public.orders");
    wadi.database().execute("insert into public.orders values (1, 'first')");
    Capture.awaitCaughtUp(wadi.database());

    assertThat(wadi.database().rows("select action, record_pk from public.order_events"))
        .containsExactly("insert|1");
  }

  /** What a shell prints that runs commands of the README against the Wadi under test. */
  private String run(String commands) throws IOException, InterruptedException {
    ApiClient api = wadi.api();
    var here =
        commands
            .replace("http://localhost:7376", api.url())
            .replace("wadi-playground", api.token());
    var shell = new ProcessBuilder("sh", "-e", "-c", here).redirectErrorStream(true).start();
    var output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(output).isZero();
    return output;
  }

  private static String section(String heading) throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    var begin = readme.substring(readme.indexOf("\n" + heading + "\n") + 1);
    return begin.substring(0, begin.indexOf("\n## ", 1));
  }

  /** The code blocks of a language, in their order. */
  private static List<String> blocks(String section, String language) {
    return Pattern.compile("(?ms)^ *```" + language + "\n(.*?)^ *```$")
        .matcher(section)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private static void requireCurl() throws InterruptedException {
    boolean installed = isCurlInstalled();
    if (!installed && System.getenv("CI") != null) {
      fail("curl must be installed where environment CI is set");
    }
    assumeTrue(installed, "curl is not installed, so the README's commands are not run");
  }

  private static boolean isCurlInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("curl", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
