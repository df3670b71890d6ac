package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.api.HostCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @TempDir private Path folder;

  @Test
  void shipped_file_names_every_setting_with_its_default() throws IOException {
    var shipped = new Properties();
    try (var reader = Files.newBufferedReader(Path.of("application.properties"))) {
      shipped.load(reader);
    }
    var defaults = new Properties();
    Arrays.stream(Setting.values())
        .forEach(setting -> defaults.setProperty(setting.key(), setting.defaultValue()));
    assertThat(shipped).isEqualTo(defaults);
  }

  @Test
  void every_setting_is_explained_on_the_line_above_it() throws IOException {
    var lines = Files.readAllLines(Path.of("application.properties"));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("wadi.")) {
        assertThat(lines.get(i - 1)).startsWith("# ");
      }
    }
  }

  @Test
  void every_setting_is_in_the_operations_guide() throws IOException {
    var guide = Files.readString(Path.of("docs/operations.md"));
    for (var setting : Setting.values()) {
      assertThat(guide).contains("`" + setting.key() + "`");
    }
  }

  @Test
  void environment_wins_over_the_file() throws IOException {
    write("wadi.slot=from_file", "wadi.http.port=8080");
    var settings = Settings.load(folder, Map.of("WADI_SLOT", "from_environment"));
    assertThat(settings.text(Setting.SLOT)).isEqualTo("from_environment");
    assertThat(settings.number(Setting.HTTP_PORT)).isEqualTo(8080);
  }

  @Test
  void event_log_is_in_the_captured_database_unless_told_otherwise() {
    var settings = Settings.load(folder, Map.of("WADI_DATABASE_URL", "jdbc:postgresql://db/app"));
    assertThat(settings.text(Setting.LOG_URL)).isEqualTo("jdbc:postgresql://db/app");
  }

  @Test
  void several_hosts_are_refused() {
    var url = "jdbc:postgresql://one,two:5433/app";
    assertThatThrownBy(() -> Settings.load(folder, Map.of("WADI_DATABASE_URL", url)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("setting 'wadi.database.url': must look like")
        .hasMessageContaining("with one host");
  }

  @Test
  void an_address_without_a_host_that_others_can_call_is_refused() {
    for (var url : new String[] {"http://my_host:7376", "http://:7376", "http://a b", "wadi:1"}) {
      assertThatThrownBy(() -> Settings.load(folder, Map.of("WADI_HTTP_URL", url)))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("setting 'wadi.http.url': must look like http://host:port");
    }
  }

  @Test
  void others_reach_it_where_it_listens_unless_told_otherwise() throws IOException {
    assertThat(ownUrl("WADI_HTTP_HOST", "::1")).isEqualTo("http://[::1]:7376");
    assertThat(ownUrl("WADI_HTTP_HOST", "10.0.0.1")).isEqualTo("http://10.0.0.1:7376");
    assertThat(ownUrl("WADI_HTTP_URL", "https://[fd00::1]:1")).isEqualTo("https://[fd00::1]:1");
    write("camel.server.host={{env:BIND}}");
    assertThat(ownUrl("WADI_HTTP_PORT", "1")).isEqualTo("http://{{env:BIND}}:1");
    assertThat(new HostCheck("127.0.0.1", ownUrl("WADI_HTTP_PORT", "1"))).isNotNull();
    write("camel.server.host=10.0.0.2");
    assertThat(ownUrl("WADI_HTTP_HOST", "10.0.0.1")).isEqualTo("http://10.0.0.2:7376");
    assertThat(ownUrl("CAMEL_SERVER_HOST", "10.0.0.3")).isEqualTo("http://10.0.0.3:7376");
  }

  private String ownUrl(String setting, String value) {
    return Wiring.ownUrl(Settings.load(folder, Map.of(setting, value)));
  }

  @Test
  void unknown_setting_is_refused_by_name() throws IOException {
    write("wadi.slto=x");
    assertThatThrownBy(() -> Settings.load(folder, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("setting 'wadi.slto': not a setting of Wadi");
  }

  @Test
  void value_out_of_range_is_refused_with_rule_and_remedy() {
    assertThatThrownBy(() -> Settings.load(folder, Map.of("WADI_HTTP_PORT", "70000")))
        .hasMessage(
            "setting 'wadi.http.port': must be a whole number from 1 to 65535 (got '70000'); set it"
                + " in application.properties or as WADI_HTTP_PORT");
  }

  @Test
  void keys_of_others_reach_the_routes() throws IOException {
    write("camel.main.name=mine", "my.topic=t");
    assertThat(Settings.load(folder, Map.of()).asProperties())
        .containsEntry("camel.main.name", "mine")
        .containsEntry("my.topic", "t");
  }

  private void write(String... lines) throws IOException {
    Files.write(folder.resolve("application.properties"), Arrays.asList(lines));
  }
}
