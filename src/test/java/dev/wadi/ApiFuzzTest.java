package dev.wadi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wadi.WadiForApi.Captured;
import dev.wadi.kit.RandomRequests;
import dev.wadi.kit.RandomRequests.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation of the API with random and hostile requests. */
@Tag("slow")
class ApiFuzzTest {

  private static final int REQUESTS = 1_500;
  private static final int LOOK_EVERY = 300;

  /** Told by the HTTP server, before anything of Wadi's sees the request. */
  private static final int ADDRESS_TOO_LONG = 414;

  @ParameterizedTest
  @ValueSource(longs = {7, 376})
  void hostile_requests_are_refused_and_harm_nothing(long seed) throws IOException {
    var wadi = WadiForApi.shared();
    var bystander = wadi.captured();
    var requests =
        new RandomRequests(seed, wadi.api().get("/api/openapi.json").json(), names(wadi));

    for (int number = 0; number < REQUESTS; number++) {
      send(wadi, requests.next(number));
      if (number % LOOK_EVERY == 0) {
        requireWholeFiles(wadi);
      }
    }

    requireWholeFiles(wadi);
    requireCapture(wadi, bystander);
  }

  private static List<String> names(WadiForApi wadi) {
    var consumed = wadi.consumed("");
    var captured = consumed.captured();
    return List.of(
        consumed.group(),
        consumed.stream(),
        captured.name(),
        captured.source(),
        captured.events(),
        wadi.sourceTable(),
        wadi.eventTable(),
        wadi.name("fresh"),
        "public." + wadi.name("fresh"),
        "id",
        "note",
        "500");
  }

  private static void send(WadiForApi wadi, Request request) {
    // 503 says to try again; one that lasts is wrong.
    var reply =
        await()
            .pollDelay(Duration.ZERO)
            .until(
                () -> wadi.api().call(request.method(), request.path(), request.body()),
                answered -> answered.status() != 503 || answered.header("Retry-After").isEmpty());

    assertThat(reply.status()).as("%s: %s", request, reply.body()).isBetween(200, 499);
    if (reply.status() >= 400 && reply.status() != ADDRESS_TOO_LONG) {
      assertThat(reply.summary()).as("%s: %s", request, reply.body()).isNotBlank();
    }
  }

  /** Each file is a pipeline that can be read, and there is nothing beside them. */
  private static void requireWholeFiles(WadiForApi wadi) throws IOException {
    var files = new TreeSet<String>();
    try (Stream<Path> found = Files.list(wadi.pipelineFiles())) {
      found.forEach(file -> files.add(file.getFileName().toString()));
    }
    var pipelines = wadi.api().get("/api/pipelines").json().path("data");
    assertThat(pipelines.findValuesAsText("name"))
        .map(name -> name + ".camel.yaml")
        .containsExactlyInAnyOrderElementsOf(files);
  }

  private static void requireCapture(WadiForApi wadi, Captured bystander) {
    bystander.insert(1, 2, 3);
    assertThat(wadi.database().rows("select record_pk from " + bystander.events() + " order by id"))
        .containsExactly("1", "2", "3");
  }
}
