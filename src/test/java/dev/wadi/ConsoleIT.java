package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.wadi.kit.Api;
import dev.wadi.kit.Browser;
import dev.wadi.kit.Capture;
import dev.wadi.kit.EmbeddedDatabase;
import dev.wadi.kit.RouteFiles;
import dev.wadi.kit.WadiEnvironment;
import dev.wadi.kit.WadiProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebDriverException;

/** What a person sees and does in the console, in a real browser. */
@Tag("slow")
class ConsoleIT {

  private static final String TOKEN = "wadi-test";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String MARKUP = "<img src=x onerror=\"window.harmed=1\"><b>bold</b>";

  private static final String EMPTIED =
      """
      drop table if exists public.regions, public.orders, public."<b>t</b>", public.sequin_events,
        public."orders.2024";
      drop function if exists public.update_timestamp();
      """;

  @TempDir private static Path folder;
  private static EmbeddedDatabase database;
  private static WadiProcess wadi;
  private static Browser browser;
  private static String console;
  private static Api api;
  private static HttpServer receiver;
  private static volatile String reply;

  @BeforeAll
  static void start() throws IOException {
    boolean isInstalled = Browser.isInstalled();
    assertThat(isInstalled || System.getenv("CI") == null)
        .as("CI needs chromium and chromedriver on the PATH")
        .isTrue();
    assumeTrue(isInstalled, "no chromium or no chromedriver on the PATH: console not tested");
    database = EmbeddedDatabase.create();
    var environment = WadiEnvironment.of(database, RouteFiles.copiedTo(folder));
    environment.put("WADI_API_TOKEN", TOKEN);
    environment.put("WADI_WEBHOOK_ALLOWED_HOSTS", "localhost,127.0.0.1");
    environment.put("WADI_WEBHOOK_ALLOW_HTTP", "true");
    receiver = receiver();
    wadi = WadiProcess.start(folder, environment).awaitStreaming();
    console = "http://localhost:" + environment.get("WADI_HTTP_PORT") + "/";
    api = new Api(console, TOKEN);
    browser = Browser.open(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (wadi != null) {
      wadi.close();
    }
    if (receiver != null) {
      receiver.stop(0);
    }
  }

  /** As the playground begins with {@code --empty}; a start of Wadi for each test costs minutes. */
  @BeforeEach
  void empty() throws IOException {
    reply = "{\"received\":true}";
    for (var kept :
        List.of(
            "webhooks/shop",
            "consumer_groups/billing",
            "streams/sequin_events",
            "pipelines/region_to_sequin_events")) {
      assertThat(api.delete("api/" + kept).statusCode()).as(kept).isIn(204, 404);
    }
    database.execute(EMPTIED);
    database.execute("delete from wadi.gaps");
    database.execute(
        Files.readString(Path.of("src/main/resources/sql/playground/create_regions.sql")));
    browser.size(1280, 900);
    browser.theme("light");
    browser.go(console);
    browser.script("sessionStorage.clear()");
    browser.errors();
  }

  @Test
  void the_clicks_of_the_quickstart_work_word_by_word() {
    logIn();
    browser.click("Change Capture Pipelines");
    browser.click("Create Change Capture Pipeline");
    browser.see("Source configuration");
    assertThat(browser.option("public.regions").isSelected()).as("selected already").isTrue();
    for (var operation : new String[] {"Insert", "Update", "Delete"}) {
      assertThat(browser.option(operation).isSelected()).as(operation).isTrue();
    }
    browser.see("Add filter");
    createEventTableByHand();
    browser.choose("public.sequin_events");
    browser.type("Change Capture Pipeline name", "region_to_sequin_events");
    browser.click("Create Change Capture Pipeline");
    browser.see("region_to_sequin_events.camel.yaml");
    browser.see("streaming");
    Capture.awaitPublished(database, "public.regions");

    database.execute("insert into public.regions (name, timezone) values ('us-gov-west-1', 'pst')");
    browser.see("\"us-gov-west-1\"");
    database.execute("update public.regions set timezone = 'mst' where name = 'us-gov-west-1'");
    browser.see("{ \"timezone\": \"pst\"");
    database.execute("delete from public.regions where name = 'us-gov-west-1'");
    await().atMost(SOON).until(() -> browser.textOf("tbody tr .chip").equals("delete"));

    browser.click("Streams");
    browser.click("Create Stream");
    browser.choose("public.sequin_events");
    var sortColumn = browser.field("Sort column");
    assertThat(sortColumn.getDomProperty("value")).isEqualTo("seq");
    assertThat(sortColumn.isEnabled()).as("locked").isFalse();
    browser.click("Create Stream");
    browser.see("Event tables that your applications may consume.");

    browser.click("Create Consumer Group");
    browser.type("Consumer group name", "billing");
    browser.click("Create Consumer Group");
    browser.see("Oldest unsettled");
    browser.see("To process 3");
    assertThat(api.get("api/consumer_groups/billing/receive?batch_size=10").body())
        .contains("us-gov-west-1");

    browser.click("Webhooks");
    browser.click("Create Webhook");
    browser.type("URL", receiverUrl());
    browser.type("Webhook name", "shop");
    browser.click("Create Webhook");
    browser.see("whsec_");
    browser.click("Done");
    browser.see("delivered");
    browser.click("Send Test");
    browser.see("The endpoint took the test.");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void the_api_s_refusal_is_told_next_to_the_field() {
    seed("public.regions");
    logIn();
    go("pipelines/new");
    browser.choose("public.sequin_events");
    browser.type("Change Capture Pipeline name", "Bad Name");
    browser.click("Create Change Capture Pipeline");
    browser.see("must be 1 to 63 characters of a-z, 0-9, _ and - (got 'Bad Name')");
    assertThat(browser.field("Change Capture Pipeline name").getDomAttribute("aria-invalid"))
        .isEqualTo("true");
    browser.click("Add filter");
    browser.type("Comparison value", "many");
    browser.click("Create Change Capture Pipeline");
    await().atMost(SOON).until(() -> browser.textOf("#field-name-errors").contains("Bad Name"));

    go("streams/new");
    browser.choose("public.sequin_events");
    browser.type("Stream name", "no spaces");
    browser.click("Create Stream");
    browser.see("Can only contain alphanumeric characters, underscores, hyphens, or dots.");

    go("consumer_groups/new");
    browser.type("Consumer group name", "billing2");
    browser.type("Visibility timeout (ms)", "1");
    browser.click("Create Consumer Group");
    browser.see("must be between 500 and 86400000 (got 1)");
    browser.type("Visibility timeout (ms)", "soon");
    browser.click("Create Consumer Group");
    browser.see("must be a whole number");

    go("event_tables");
    browser.click("Create Event Table");
    browser.type("Schema name", "nowhere");
    browser.click("Run it for me");
    browser.click("Run");
    browser.see("schema 'nowhere' does not exist");

    go("webhooks/new");
    browser.type("Webhook name", "shop");
    browser.type("URL", "ftp://example.com");
    browser.click("Create Webhook");
    await().atMost(SOON).until(() -> !browser.textOf("#field-url-errors").isEmpty());

    go("settings");
    browser.type("Token name", "a b");
    browser.click("Create Token");
    browser.see("must be 1 to 100 letters, digits, underscores, hyphens or dots");
  }

  @Test
  void a_pipeline_is_backfilled_and_an_edit_of_an_older_version_is_refused() throws IOException {
    database.execute("insert into public.regions (name, timezone) values ('there already', 'pst')");
    seed("public.regions");
    logIn();
    go("pipelines/region_to_sequin_events");
    browser.click("Start Backfill");
    browser.click("Start");
    browser.see("Start Again");
    browser.see("\"there already\"");
    await().atMost(SOON).until(() -> browser.textOf("tbody tr .chip").equals("read"));

    go("pipelines/region_to_sequin_events/edit");
    browser.see("Update Change Capture Pipeline");
    var file = folder.resolve("routes/pipelines/region_to_sequin_events.camel.yaml");
    Files.writeString(file, "# changed by hand\n", StandardOpenOption.APPEND);
    browser.choose("Backfill");
    browser.click("Update Change Capture Pipeline");
    browser.see("was changed since you opened this page, so nothing was saved");
    assertThat(Files.readString(file)).contains("changed by hand").doesNotContain("backfill");

    browser.script("location.reload()");
    browser.see("Update Change Capture Pipeline");
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .until(() -> !browser.option("Backfill").isSelected());
    browser.choose("Backfill");
    browser.click("Update Change Capture Pipeline");
    browser.see("backfill: 'true'");
    assertThat(Files.readString(file)).contains("changed by hand", "backfill: 'true'");
  }

  @Test
  void markup_in_names_values_and_errors_is_shown_as_text() {
    database.execute("create table public.\"<b>t</b>\" (id int primary key)");
    seed("public.regions");
    database.execute("insert into public.regions (name, timezone) values ('x', '" + MARKUP + "')");
    logIn();
    go("pipelines/new");
    browser.see("<b>t</b>");
    go("event_tables/public.sequin_events");
    browser.see("onerror");
    browser.click(database.rows("select min(id) from sequin_events").get(0));
    browser.see(MARKUP.replace("\"", "\\\""));
    browser.click("History of This Row");
    browser.see("As Of");
    browser.see(MARKUP.replace("\"", "\\\""));
    killOneMessage("<b>refused</b> <img src=x onerror='window.harmed=1'>");
    go("consumer_groups/billing");
    browser.see("<b>refused</b> <img src=x");
    reply = MARKUP;
    createWebhook();
    go("webhooks/shop");
    browser.see("delivered");
    browser.see(MARKUP);
    go("consumer_groups/" + "%3Cb%3Ex%3C%2Fb%3E");
    browser.see("Not found");
    assertThat(browser.script("return document.querySelectorAll('main img, main b').length"))
        .isEqualTo(0L);
    assertThat(browser.script("return window.harmed === undefined")).isEqualTo(true);
  }

  @Test
  void a_warning_comes_with_the_sql_that_mends_it() {
    database.execute("create table public.orders (id int primary key)");
    seed("public.orders");
    logIn();
    go("pipelines/region_to_sequin_events");
    browser.see("its replica identity is not full");
    database.execute(browser.textOf(".notice.warn pre"));
    await("warning goes").atMost(SOON).until(() -> browser.textOf(".notice.warn").isEmpty());
  }

  @Test
  void events_arrive_without_taking_focus_text_or_place_from_the_user() {
    seed("public.regions");
    database.execute("insert into public.regions (name) select 'r' from generate_series(1, 40)");
    logIn();
    go("event_tables/public.sequin_events");
    browser.see("Newest first, live");
    browser.type("Key", "12");
    browser.script("window.kept = document.querySelector('input.mono:last-of-type')");
    await("the page is long enough, as the events have come")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                browser.script(
                    "return document.documentElement.scrollHeight > window.innerHeight + 300"),
            Boolean.TRUE::equals);
    browser.script("window.scrollTo(0, 300)");
    database.execute("insert into public.regions (name) values ('late-comer')");
    browser.see("late-comer");
    assertThat(browser.field("Key").getDomProperty("value")).isEqualTo("12");
    assertThat(
            browser.script(
                "return document.activeElement.value === '12' && document.activeElement.isConnected"))
        .isEqualTo(true);
    assertThat(((Number) browser.script("return window.scrollY")).intValue()).isBetween(200, 600);
  }

  @Test
  void routes_are_stopped_and_started_but_not_where_that_loses_something() {
    seed("public.regions");
    logIn();
    go("routes/watch-slot");
    browser.click("Stop");
    browser.see("Stop Route?");
    browser.script(
        "[...document.querySelectorAll('dialog button')].find(b => b.textContent === 'Stop').click()");
    browser.see("stopped");
    browser.click("Start");
    browser.see("started");
    var pipeline = api.post("api/routes/region_to_sequin_events/stop", "");
    assertThat(pipeline.statusCode()).isEqualTo(409);
    assertThat(pipeline.body()).contains("pause the pipeline");
    assertThat(api.post("api/routes/list-routes/stop", "").statusCode()).isEqualTo(409);
    assertThat(api.get("api/routes/none").statusCode()).isEqualTo(404);
  }

  @Test
  void a_token_opens_the_console_for_one_tab_and_leaves_no_trace_in_the_address() {
    browser.go(console);
    browser.see("Log In to Wadi");
    browser.type("API token", "wrong");
    browser.click("Log In");
    browser.see("is not a valid token");
    browser.type("API token", TOKEN);
    browser.click("Log In");
    browser.see("Needs Attention");
    browser.click("Log Out");
    browser.see("Log In to Wadi");
    logIn();
    assertThat(browser.address()).doesNotContain(TOKEN);
    assertThat(browser.script("return localStorage.length + document.cookie.length")).isEqualTo(0L);

    go("settings");
    browser.type("Token name", "billing-service");
    browser.choose("Read: see everything but tokens");
    browser.click("Create Token");
    browser.see("Copy it now: it is not shown again.");
    var made = browser.textOf("dialog code");
    assertThat(new Api(console, made).get("api/routes").statusCode()).isEqualTo(200);
    assertThat(new Api(console, made).post("api/streams", "{}").statusCode()).isEqualTo(403);
    browser.click("Done");
    browser.click("Revoke");
    browser.see("Revoke Token?");
    browser.script("document.querySelector('dialog .danger').click()");
    browser.see("No tokens are kept in the database.");
    await().atMost(SOON).until(() -> new Api(console, made).get("api/routes").statusCode() == 401);
  }

  @Test
  void only_the_console_s_own_files_are_served_under_a_strict_policy() {
    var page = api.get("");
    assertThat(page.statusCode()).isEqualTo(200);
    var policy = page.headers().firstValue("Content-Security-Policy").orElse("");
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    for (var path :
        new String[] {
          "application.properties",
          "console/../application.properties",
          "console/..%2f..%2flogback.xml",
          "console/%2e%2e/logback.xml",
          "console/files.txt",
          "console/",
          "logback.xml"
        }) {
      assertThat(api.get(path).statusCode()).as(path).isIn(404, 405);
    }
  }

  @Test
  void every_page_has_its_picture_and_loads_nothing_from_elsewhere() {
    seed("public.regions");
    database.execute(
        """
        insert into public.regions (name, timezone) values ('us-gov-west-1', 'pst');
        update public.regions set timezone = 'mst' where name = 'us-gov-west-1';
        insert into public.regions (name, timezone) select 'zone-' || i, 'utc' from generate_series(1, 6) as i
        """);
    killOneMessage("account 4711 is closed");
    createWebhook();
    logIn();
    for (var page : pages().entrySet()) {
      go(page.getValue());
      await(page.getKey()).atMost(SOON).until(() -> !browser.textOf("main h1").isEmpty());
      for (var theme : new String[] {"light", "dark"}) {
        browser.theme(theme);
        browser.picture(page.getKey() + "-1280-" + theme, 1280);
        browser.picture(page.getKey() + "-390-" + theme, 390);
        assertThat(
                browser.script("return document.documentElement.scrollWidth <= window.innerWidth"))
            .as(page.getKey() + " fits a narrow screen")
            .isEqualTo(true);
      }
    }
    assertThat(
            browser.script(
                "return performance.getEntriesByType('resource').every(each => each.name.startsWith(location.origin))"))
        .isEqualTo(true);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void an_open_gap_is_seen_and_closed() {
    database.execute(
        "insert into wadi.gaps (slot, source_table, from_lsn, to_lsn, reason)"
            + " values ('wadi', 'public.regions', '0/1', '0/A', 'table_made_anew')");
    logIn();
    browser.see("table_made_anew");

    browser.click("Close");
    browser.click("Close Gap");

    await()
        .atMost(SOON)
        .until(() -> database.holds("(select closed_at is not null from wadi.gaps)"));
  }

  @Test
  void filters_that_nobody_touched_stay_as_they_are() {
    var filters =
        """
        [{"column":"name","operator":"in","value":["Smith, John","Doe",""," x "]},\
        {"column":"id","operator":"<","value":12345678901234567890},\
        {"column":"id","operator":"in","value":[1,2.5]},{"column":"timezone","operator":"!=","value":""}]""";
    created("api/event_tables", "{\"table\":\"public.sequin_events\"}");
    createPipeline("public.regions", "public.sequin_events", ",\"filters\":" + filters);
    logIn();
    go("pipelines/region_to_sequin_events/edit");
    browser.choose("Backfill");
    browser.click("Update Change Capture Pipeline");
    browser.see("backfill: 'true'");

    assertThat(api.get("api/pipelines/region_to_sequin_events").body())
        .contains("\"filters\":" + filters);
  }

  @Test
  void a_row_is_shown_as_the_log_knows_it_whatever_its_table_is_called() {
    database.execute("create table public.\"orders.2024\" (id int primary key, n int, big text)");
    created("api/event_tables", "{\"table\":\"public.sequin_events\"}");
    createPipeline(
        "public.\\\"orders.2024\\\"",
        "sequin_events",
        ",\"actions\":[\"insert\",\"update\",\"delete\",\"truncate\"]");
    Capture.awaitPublished(database, "public.\"orders.2024\"");
    database.execute(
        """
        insert into "orders.2024" values (11), (22);
        insert into "orders.2024" select 33, 1, string_agg(md5(n::text), '') from generate_series(1, 500) n;
        update "orders.2024" set id = 44 where id = 11;
        update "orders.2024" set n = 2 where id = 33
        """);
    logIn();
    go("pipelines/region_to_sequin_events");
    browser.see("public.\"orders.2024\"");
    browser.click("11");
    browser.see("moved");
    browser.click("44");
    browser.see("Row 44");
    browser.see("present");
    go("event_tables/public.sequin_events/row?source=public.%22orders.2024%22&record_pk=33");
    browser.see("Postgres did not send every column.");
    setAsOf("2000-01-01T00:00:00");
    browser.see("unknown");
    browser.see("the row may have been there");

    database.execute("truncate \"orders.2024\"");
    go("event_tables/public.sequin_events");
    await().atMost(SOON).until(() -> browser.textOf("tbody tr .chip").equals("truncate"));
    var noKey = "tbody tr:first-child [data-title=Key]";
    assertThat(browser.textOf(noKey)).isEqualTo("–");
    assertThat(browser.textOf(noKey + " a")).isEmpty();
    browser.click("22");
    browser.see("deleted");
  }

  @Test
  void of_a_long_history_the_newest_events_are_shown_and_no_page_waits_for_a_slow_search() {
    created("api/event_tables", "{\"table\":\"public.sequin_events\"}");
    createPipeline("public.regions", "sequin_events", "");
    Capture.awaitPublished(database, "public.regions");
    database.execute(
        """
        do $$ begin
          for n in 1..1300 loop
            update public.regions set name = 'name ' || n where id = 1;
          end loop;
        end $$
        """);
    logIn();
    hurry();
    go("event_tables/public.sequin_events/row?source=public.regions&record_pk=1");
    browser.see("1,300 events, the newest 1,000 of them are shown");
    assertThat(browser.textOf(".history-step button"))
        .isEqualTo("Event " + database.rows("select max(id) from sequin_events").get(0));

    browser.answer("order=newest&limit=20", 504, "{\"summary\":\"took too long\"}");
    go("pipelines/region_to_sequin_events");
    browser.see("for older events took too long");
    database.execute("insert into public.regions (name) values ('late-comer')");
    browser.see("late-comer");
    countCalls();
    awaitCalls("/api/streams", 3);
    assertThat(
            browser.script("return window.calls.filter(each => each.startsWith('/api/events?'))"))
        .as("searches while nothing came")
        .hasToString("[]");
  }

  @Test
  void a_group_that_another_process_serves_is_shown_and_its_buttons_wait_for_their_answer() {
    seed("public.regions");
    logIn();
    hurry();
    var group = api.get("api/consumer_groups/billing").body();
    var elsewhere =
        group.replaceFirst("\"status\":.*", "\"status\":null}").replace(":false", ":true");
    browser.answer("/consumer_groups", 200, "{\"data\":[" + elsewhere + "]}");
    browser.answer("/consumer_groups/billing", 200, elsewhere);
    browser.answer("/status", 200, "{\"state\":\"error\",\"error\":\"cannot read\",\"lag\":4711}");
    browser.answer(
        "/dead",
        200,
        "{\"count\":2345,\"data\":[{\"seq\":1,\"attempts\":3,\"redriven\":false,\"died_at\":\"2026-01-01T00:00:00Z\"}]}");
    browser.answer("/dead/redrive", 200, "{\"redriven\":1000}");
    browser.answer(
        "/dead?limit=1000", 200, "{\"count\":2345,\"data\":[{\"seq\":1,\"redriven\":true}]}");
    browser.see("is error: cannot read");
    browser.click("Consumer Groups");
    browser.see("4,711");
    browser.click("billing");
    browser.see("Not Running");
    browser.see("Resume");
    browser.see("Messages given up: 2,345; the oldest 1 are shown.");
    browser.click("Redrive All");
    browser.see("Delivered once more: 1,000. Dead letters that remain: 2,344.");

    browser.script(
        """
        const others = window.fetch;
        window.resumed = 0;
        window.fetch = (address, options) => address.endsWith('/resume')
            ? new Promise((answer) => (window.resumed++, window.goOn = () => answer(new Response('{}'))))
            : others(address, options);
        """);
    browser.click("Resume");
    countCalls();
    awaitCalls("/blocked", 2);
    browser.click("Resume");
    assertThat(browser.script("return [document.activeElement.textContent, window.resumed]"))
        .hasToString("[Resume, 1]");
    browser.script("window.goOn()");
    await()
        .atMost(SOON)
        .until(() -> browser.script("return document.querySelector('button[aria-busy]')") == null);
  }

  @Test
  void an_outage_is_told_and_does_not_outlast_itself() {
    var outage = "{\"summary\":\"The database does not answer\"}";
    browser.see("Log In to Wadi");
    browser.answer("/api/health", 503, outage);
    typeToken();
    browser.see("The database does not answer");
    assertThat(browser.text()).contains("Log In to Wadi");

    browser.go("about:blank");
    browser.go(console);
    browser.answer("/api/event_tables", 503, outage);
    browser.answer("/api/pipelines", 503, outage);
    hurry();
    typeToken();
    browser.see("Not Everything Is Known");
    assertThat(browser.text())
        .contains("Capture is streaming", "The database does not answer")
        .doesNotContain("Nothing. Everything", "No Change Capture Pipelines Yet");

    browser.answer("/api/streams", 503, outage);
    go("consumer_groups/new");
    browser.see("The database does not answer. Trying again");
    browser.answer("/api/streams", 200, "{\"data\":[]}");
    browser.see("First, You Need to Create a Stream");

    countCalls();
    browser.script(
        """
        window.waited = false;
        const page = document.getElementById('page');
        new MutationObserver(() => window.waited ||= page.innerText.includes('Loading'))
            .observe(page, {childList: true, subtree: true, characterData: true});
        """);
    go("consumer_groups/none");
    browser.see("Not found");
    awaitCalls("/api/consumer_groups/none", 4);
    assertThat(browser.script("return window.waited")).isEqualTo(false);
  }

  @Test
  void the_newest_answer_counts_and_a_page_that_was_left_does_nothing() {
    var shown =
        browser.script(
            async(
                """
            const {Screen} = await import('/console/screen.js');
            const place = document.createElement('main');
            document.body.append(place);
            const screen = new Screen(place, () => {});
            const answers = [];
            const page = (context) => {
              left ??= context;
              return {title: 'Test', every: 0, view: (text) => Object.assign(document.createElement('p'), {textContent: text}),
                  load: () => new Promise((answer) => answers.push(answer))};
            };
            let left;
            const opened = screen.open(page);
            const refreshed = left.refresh();
            answers[1]('new');
            await refreshed;
            answers[0]('old');
            await opened;
            const shown = screen.place.textContent;
            screen.open(page);
            left.refresh();
            return [shown, answers.length];
            """));
    assertThat(shown).hasToString("[new, 3]");
  }

  @Test
  void a_dialog_tells_what_was_refused_and_copies_what_it_shows() {
    logIn();
    go("routes/watch-slot");
    browser.click("Stop");
    browser.see("Stop Route?");
    browser.answer("/stop", 409, "{\"summary\":\"is needed today\"}");
    browser.script("document.querySelector('dialog .danger').click()");
    await()
        .atMost(SOON)
        .until(() -> browser.textOf("dialog [role=alert]").equals("is needed today"));

    browser.script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))");
    browser.click("Cancel");
    browser.script(
        """
        document.addEventListener('copy', () => (window.copied = document.activeElement.value));
        """);
    go("event_tables");
    browser.click("Create Event Table");
    browser.see("create table \"public\".\"sequin_events\"");
    browser.click("Copy");
    browser.see("Copied");
    assertThat(browser.script("return window.copied")).isEqualTo(browser.textOf("dialog pre"));
    browser.script("document.execCommand = () => false");
    browser.script("document.querySelector('dialog .copy').click()");
    browser.see("Not copied: select the text");
  }

  @Test
  void a_token_that_may_only_read_sees_the_settings_without_the_tokens() {
    var made = api.post("api/tokens", "{\"name\":\"reader\",\"scopes\":[\"read\"]}").body();
    logIn(made.replaceFirst("(?s).*\"token\":\"([^\"]+)\".*", "$1"));
    go("settings");
    browser.see("This token may not see or make tokens.");
    browser.see("Contract");
    assertThat(
            browser.script(
                async(
                    "return (await import('/console/pages/settings.js')).settingsPage({}).every")))
        .as("each reading of the tokens is audited")
        .isEqualTo(0L);
    assertThat(api.delete("api/tokens/reader").statusCode()).isEqualTo(204);
  }

  @Test
  void after_a_pause_the_chart_does_not_take_old_events_for_new() {
    var bars =
        browser.script(
            async(
                """
            const {Throughput} = await import('/console/throughput.js');
            const throughput = new Throughput();
            const most = (now) => Math.max(...throughput.bars(now).map((bar) => bar.value));
            const add = (id, now) => throughput.add([{table: 'public.orders', last_id: id}], now);
            window.fetch = async () => new Response('{"data":[{"inserted_at":"1970-01-12T13:46:40Z"}]}');
            await add(1000, 1_000_000_000);
            await add(1007, 1_000_001_500);
            const seen = most(1_000_001_500);
            await add(9000, 1_000_300_000);
            return [seen, most(1_000_300_000)];
            """));
    assertThat(bars).hasToString("[8, 1]");
  }

  private static Map<String, String> pages() {
    var pages = new LinkedHashMap<String, String>();
    pages.put("overview", "overview");
    pages.put("pipelines", "pipelines");
    pages.put("pipeline", "pipelines/region_to_sequin_events");
    pages.put("pipeline-form", "pipelines/new");
    pages.put("pipeline-edit", "pipelines/region_to_sequin_events/edit");
    pages.put("event-tables", "event_tables");
    pages.put("event-table", "event_tables/public.sequin_events");
    pages.put(
        "row-history", "event_tables/public.sequin_events/row?source=public.regions&record_pk=6");
    pages.put("streams", "streams");
    pages.put("stream-form", "streams/new?table=public.sequin_events");
    pages.put("consumer-groups", "consumer_groups");
    pages.put("consumer-group", "consumer_groups/billing");
    pages.put("consumer-group-form", "consumer_groups/new");
    pages.put("webhooks", "webhooks");
    pages.put("webhook", "webhooks/shop");
    pages.put("webhook-form", "webhooks/new");
    pages.put("routes", "routes");
    pages.put("route", "routes/capture");
    pages.put("settings", "settings");
    return pages;
  }

  /** The modal's SQL is run as it is shown, by hand, and the table is there without a reload. */
  private void createEventTableByHand() {
    browser.click("Create event table");
    browser.see("Create an event table with the following DDL, including indexes:");
    assertThat(browser.field("Schema name").getDomProperty("value")).isEqualTo("public");
    assertThat(browser.option("None").isSelected()).as("no retention").isTrue();
    browser.type("Table name", "events_of_regions");
    browser.see("\"events_of_regions\"");
    browser.type("Table name", "sequin_events");
    browser.see("create table \"public\".\"sequin_events\"");
    database.execute(browser.textOf("dialog pre"));
    browser.click("Done");
  }

  /** A pipeline, its event table, a stream and a consumer group, made over the API. */
  private void seed(String table) {
    created("api/event_tables", "{\"table\":\"public.sequin_events\"}");
    createPipeline(table, "public.sequin_events", "");
    Capture.awaitPublished(database, table);
    created("api/streams", "{\"name\":\"sequin_events\",\"table\":\"public.sequin_events\"}");
    created(
        "api/consumer_groups",
        "{\"name\":\"billing\",\"stream\":\"sequin_events\",\"max_deliver\":1}");
  }

  private void createPipeline(String table, String eventTable, String more) {
    created(
        "api/pipelines",
        """
        {"name":"region_to_sequin_events","source":{"table":"%s"},"destination":{"table":"%s"}%s}
        """
            .formatted(table, eventTable, more));
  }

  private void createWebhook() {
    created(
        "api/webhooks",
        "{\"name\":\"shop\",\"stream\":\"sequin_events\",\"url\":\"%s\"}".formatted(receiverUrl()));
  }

  private static String receiverUrl() {
    return "http://localhost:" + receiver.getAddress().getPort() + "/hook";
  }

  /** Takes every webhook. */
  private static HttpServer receiver() throws IOException {
    var server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = reply.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (var body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    server.start();
    return server;
  }

  private void created(String path, String body) {
    var answer = api.post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** Makes a dead letter of one message, for a reason. */
  private void killOneMessage(String reason) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              var body = api.get("api/consumer_groups/billing/receive?batch_size=1").body();
              var ackId = body.replaceAll("(?s).*\"ack_id\":\"([^\"]+)\".*", "$1");
              return !ackId.equals(body)
                  && api.post(
                              "api/consumer_groups/billing/nack",
                              "{\"ack_ids\":[\"%s\"],\"reason\":\"%s\"}".formatted(ackId, reason))
                          .statusCode()
                      == 200;
            });
  }

  private void logIn() {
    logIn(TOKEN);
  }

  private void logIn(String token) {
    browser.go("about:blank");
    browser.go(console + "#token=" + token);
    browser.see("Needs Attention");
  }

  /** Pages follow their data ten times as often, until the page is loaded anew. */
  private void hurry() {
    browser.script(
        """
        const later = window.setTimeout;
        window.setTimeout = (action, pause) => later(action, pause === 1500 ? 150 : pause);
        """);
  }

  /** As its picker does. */
  private void setAsOf(String time) {
    browser.script(
        """
        const field = document.querySelector('input[type=datetime-local]');
        field.value = arguments[0];
        field.dispatchEvent(new Event('input'));
        """,
        time);
  }

  private void typeToken() {
    browser.type("API token", TOKEN);
    browser.click("Log In");
  }

  /** From now on. */
  private void countCalls() {
    browser.script(
        """
        const others = window.fetch;
        window.calls = [];
        window.fetch = (address, options) => {
          window.calls.push(address);
          return others(address, options);
        };
        """);
  }

  private void awaitCalls(String end, long times) {
    await()
        .atMost(SOON)
        .until(
            () ->
                browser.script(
                    "return window.calls.filter(each => each.endsWith(arguments[0])).length >= arguments[1]",
                    end,
                    times),
            Boolean.TRUE::equals);
  }

  /** A script that may wait. */
  private static String async(String script) {
    return "return (async () => {" + script + "})()";
  }

  private void go(String page) {
    browser.script("location.hash = '#/' + arguments[0]", page);
  }
}
