package dev.wadi.webhook;

import dev.wadi.pipeline.PipelineFileException;
import dev.wadi.pipeline.PipelineFiles;
import dev.wadi.pipeline.PipelineFolder;
import dev.wadi.pipeline.PipelineRoutes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the webhooks that are route files equal to the files in their folder. A file that is
 * refused changes nothing: the version that ran before goes on.
 */
public final class WebhookFiles {

  private static final Logger LOG = LoggerFactory.getLogger("wadi.webhook");
  private static final long SCAN_INTERVAL_MS = 500;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Running(String text, WebhookFile file, int version) {}

  private static final String GONE =
      "the folder is gone; what runs goes on: bring it back, or make it anew and empty to end it";

  private record Refusal(String text, String reason, long at) {}

  private final PipelineFolder folder;
  private final ReceiverUrls urls;
  private final Map<String, Running> running = new HashMap<>();
  private final Map<String, Refusal> refusals = new ConcurrentSkipListMap<>();
  private final Set<String> vanished = new HashSet<>();
  private String trouble = "";
  private int versions;
  private @Nullable PipelineRoutes routes;

  public WebhookFiles(PipelineFolder folder, ReceiverUrls urls) {
    this.folder = folder;
    this.urls = urls;
  }

  /** Loads every file, each by itself, and from then on what changes in the folder. */
  public void start(CamelContext context) {
    synchronized (this) {
      routes = new PipelineRoutes(context);
    }
    scan();
    context
        .getExecutorServiceManager()
        .newSingleThreadScheduledExecutor(this, "webhook-files")
        .scheduleWithFixedDelay(
            this::scan, SCAN_INTERVAL_MS, SCAN_INTERVAL_MS, TimeUnit.MILLISECONDS);
  }

  /** Why files are refused, by name. */
  public Map<String, String> refusals() {
    var reasons = new TreeMap<String, String>();
    refusals.forEach((name, refusal) -> reasons.put(name, refusal.reason()));
    return reasons;
  }

  /** The text that a file's webhook runs by; empty if it does not run. */
  synchronized String runningText(String name) {
    var found = running.get(name);
    return found == null ? "" : found.text();
  }

  private synchronized void scan() {
    try {
      boolean gone = !running.isEmpty() && !folder.exists();
      if (gone) {
        running.keySet().forEach(this::tellGone);
      } else {
        takeUp(folder.contents());
      }
      note(gone ? GONE : "");
    } catch (Throwable e) {
      // Whatever it was: a task that throws is never run again.
      note(PipelineFiles.reason(e));
    }
  }

  private void takeUp(PipelineFolder.Contents contents) throws Exception {
    removeVanished(contents.names());
    contents.texts().forEach(this::attempt);
    contents.unreadable().forEach((name, failure) -> refuse(name, "", failure));
  }

  private void tellGone(String name) {
    refusals.put(
        name,
        new Refusal("", "webhook file '" + folder.file(name) + "': " + GONE, System.nanoTime()));
  }

  private void note(String found) {
    boolean isNews = !found.isEmpty() && !found.equals(trouble);
    if (isNews) {
      LOG.warn("webhook files: not looked through, next attempt follows: {}", found);
    }
    trouble = found;
  }

  private void attempt(String name, String text) {
    if (text.equals(runningText(name))) {
      refusals.remove(name);
      return;
    }
    var refusal = refusals.get(name);
    boolean tried = refusal != null && refusal.text().equals(text);
    // A version that runs is not disturbed by trying the same text again.
    boolean tooSoon =
        tried && (running.containsKey(name) || System.nanoTime() - refusal.at() < RETRY_NANOS);
    if (tooSoon) {
      return;
    }
    try {
      load(name, text);
    } catch (Exception | StackOverflowError e) {
      refuse(name, text, e);
    }
  }

  private void load(String name, String text) throws Exception {
    var before = running.get(name);
    var file = require(name, text);
    stopSource(before);
    replace(name, file, before);
    running.put(name, new Running(text, file, versions));
    refusals.remove(name);
    LOG.info("webhook file {}: {}", name, before == null ? "started" : "changed");
  }

  private void replace(String name, WebhookFile next, @Nullable Running before) throws Exception {
    try {
      routes().replace(name, next.forCamel(++versions));
    } catch (Exception e) {
      // A source runs before the steps behind it are looked at.
      routes().remove(next.sourceRoute(versions));
      // If the one before cannot start either, none runs, and both may be tried again.
      running.remove(name);
      if (before != null) {
        routes().replace(name, before.file().forCamel(++versions));
        running.put(name, new Running(before.text(), before.file(), versions));
      }
      throw e;
    }
  }

  private WebhookFile require(String name, String text) throws PipelineFileException {
    var file = WebhookFile.parse(name, text, urls, routes()::resolved);
    boolean taken = !running.containsKey(name) && routes().exists(name);
    if (taken) {
      throw new PipelineFileException(
          0, "a route of Wadi has the id '" + name + "'; rename the file and its route");
    }
    for (var other : running.entrySet()) {
      boolean shares =
          !other.getKey().equals(name)
              && other.getValue().file().consumer().equals(file.consumer());
      if (shares) {
        throw new PipelineFileException(
            file.lineOfConsumer(),
            "consumer '%s' is that of webhook file '%s'; give it one of its own"
                .formatted(file.consumer(), other.getKey()));
      }
    }
    return file;
  }

  private void refuse(String name, String text, Throwable failure) {
    var reason = "webhook file '" + folder.file(name) + "': " + PipelineFiles.reason(failure);
    var last = refusals.put(name, new Refusal(text, reason, System.nanoTime()));
    boolean isNews = last == null || !last.reason().equals(reason);
    if (isNews) {
      LOG.error("{}{}", reason, running.containsKey(name) ? "; the version before goes on" : "");
    }
  }

  private void removeVanished(Set<String> names) throws Exception {
    for (var name : List.copyOf(running.keySet())) {
      if (names.contains(name)) {
        vanished.remove(name);
      } else if (!vanished.add(name)) {
        // An editor that writes a file anew takes it away for a moment: it must be gone twice.
        remove(name);
      }
    }
    refusals.keySet().retainAll(names);
  }

  private void remove(String name) throws Exception {
    stopSource(running.get(name));
    routes().remove(name);
    running.remove(name);
    vanished.remove(name);
    LOG.info("webhook file {}: removed", name);
  }

  /** First the source, so that what it has given out finds the rest of the route still there. */
  private void stopSource(@Nullable Running before) throws Exception {
    if (before != null) {
      routes().stop(before.file().sourceRoute(before.version()));
    }
  }

  private PipelineRoutes routes() {
    var started = routes;
    if (started == null) {
      throw new IllegalStateException("webhook files are looked at before Camel has started");
    }
    return started;
  }
}
