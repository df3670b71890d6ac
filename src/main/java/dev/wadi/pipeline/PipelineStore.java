package dev.wadi.pipeline;

import dev.wadi.pipeline.PipelineRefusedException.Reason;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines of {@code routes/pipelines}, for whoever changes them from within: same files, same
 * checks as for a person with an editor, and every change runs when the method returns.
 */
public final class PipelineStore {

  private final PipelineFolder folder;
  private final PipelineFiles running;
  private final PipelineChecks checks;
  private final PipelineStates states;
  private final Pipelines pipelines;
  private final Backfills backfills;

  public PipelineStore(
      PipelineFolder folder,
      PipelineFiles running,
      PipelineChecks checks,
      PipelineStates states,
      Pipelines pipelines,
      Backfills backfills) {
    this.folder = folder;
    this.running = running;
    this.checks = checks;
    this.states = states;
    this.pipelines = pipelines;
    this.backfills = backfills;
  }

  /** Every pipeline by name, those whose files are refused too. */
  public List<StoredPipeline> list() throws IOException {
    var contents = folder.contents();
    return contents.names().stream()
        .map(name -> stored(name, contents.texts().getOrDefault(name, "")))
        .toList();
  }

  /**
   * A pipeline, also if its file is refused.
   *
   * @throws PipelineRefusedException if there is none of that name
   */
  public StoredPipeline get(String name) {
    requireFile(name);
    return stored(name, readable(name));
  }

  /**
   * Writes the file of a new pipeline and starts it.
   *
   * @throws PipelineRefusedException if it breaks a rule or the name is taken; nothing is written
   */
  public synchronized StoredPipeline create(PipelineDefinition definition) throws Exception {
    Placeholders.requireNone(definition, null);
    checks.require(resolved(definition));
    requireFolder(definition.name());
    if (folder.holds(definition.name())) {
      throw new PipelineRefusedException(
          definition.name(), Map.of("name", List.of("has already been taken")));
    }
    forgetNamesake(definition.name());
    return write(definition.name(), PipelineFile.canonical(definition), null);
  }

  /**
   * Changes a pipeline's parameters in its file; steps and comments stay.
   *
   * @param etag of the version that the caller saw; null to change whatever is there
   * @throws PipelineRefusedException if it breaks a rule, has changed since, or its file cannot be
   *     changed in place; nothing is written
   */
  public synchronized StoredPipeline update(PipelineDefinition definition, @Nullable String etag)
      throws Exception {
    var text = requireText(definition.name());
    requireSame(definition.name(), text, etag);
    Placeholders.requireNone(definition, said(definition.name(), text));
    checks.require(resolved(definition));
    return write(definition.name(), file(definition.name(), text).patched(definition), text);
  }

  /**
   * Stops a pipeline and removes its file; its events stay.
   *
   * @throws PipelineRefusedException if there is none, it has changed since, or it holds changes
   *     that were kept while it was paused
   */
  public synchronized void delete(String name, @Nullable String etag) throws Exception {
    var text = requireText(name);
    requireSame(name, text, etag);
    long kept = states.kept(name);
    if (kept > 0) {
      throw keeping(
          name,
          "holds " + kept + " changes that were kept while it was paused; resume it and wait");
    }
    change(name, () -> folder.delete(name));
    try {
      running.removed(name);
    } catch (TimeoutException e) {
      folder.restore(name, text);
      throw busy(name, e);
    }
    states.discardKept(name); // a batch may have kept some more
    states.forget(name);
    backfills.forget(name);
  }

  /** From now on its changes are kept aside instead of becoming events. */
  public synchronized void pause(String name) throws Exception {
    requireFile(name);
    states.pause(name);
  }

  /** Makes events of the changes kept since {@link #pause}, then of the new ones. */
  public synchronized void resume(String name) throws Exception {
    requireFile(name);
    states.resume(name);
  }

  /**
   * Deletes the changes that it kept, which then never become events; tells how many. Its file may
   * be gone.
   */
  public synchronized int discardKept(String name) throws Exception {
    boolean isOrphaned =
        PipelineDefinition.isName(name)
            && !folder.holds(name)
            && !pipelines.runs(name)
            && states.kept(name) > 0;
    if (!isOrphaned) {
      requireFile(name);
      return states.discardKept(name);
    }
    int discarded = states.discardKept(name);
    states.forget(name);
    return discarded;
  }

  /**
   * A file that a person removed leaves a pause and backfills behind, which are not the new one's.
   *
   * @throws PipelineRefusedException if it left changes too: they would become events of the new
   *     one
   */
  private void forgetNamesake(String name) throws SQLException {
    long kept = states.kept(name);
    if (kept > 0) {
      throw keeping(
          name,
          kept
              + " changes are left that one of that name kept while it was paused; bring its file"
              + " back");
    }
    states.forget(name);
    backfills.forget(name);
  }

  private static PipelineRefusedException keeping(String name, String found) {
    return new PipelineRefusedException(
        Reason.CONFLICT,
        "pipeline '"
            + name
            + "': "
            + found
            + ", or discard them (POST /api/pipelines/"
            + name
            + "/discard_kept)");
  }

  /**
   * Reads the rows of its tables from the first one on, also if that was done before.
   *
   * @throws PipelineRefusedException if a backfill runs, the pipeline does not, or its tables or
   *     its event table do not allow it
   */
  public synchronized void startBackfill(String name) throws Exception {
    var file = file(name, requireText(name));
    if (!pipelines.runs(name)) {
      throw new PipelineRefusedException(
          Reason.CONFLICT, "pipeline '" + name + "': does not run; mend its file first");
    }
    for (var definition : file.perEventTable(UnaryOperator.identity())) {
      checks.requireBackfill(resolved(definition));
    }
    var status = backfills.status(name);
    if (status != null && status.state().equals("running")) {
      throw new PipelineRefusedException(
          Reason.CONFLICT, "pipeline '" + name + "': its backfill runs already; cancel it first");
    }
    backfills.start(name, pipelines.tables(name));
  }

  /** Stops reading rows; the events that were made of them stay. Harmless if nothing is read. */
  public synchronized void cancelBackfill(String name) throws Exception {
    requireFile(name);
    backfills.cancel(name);
  }

  private interface FileChange {
    void run() throws IOException;
  }

  private static void change(String name, FileChange change) {
    try {
      change.run();
    } catch (IOException e) {
      throw new PipelineRefusedException(
          Reason.CONFLICT,
          "pipeline '"
              + name
              + "': its file cannot be changed ("
              + e
              + "); let Wadi write into the folder of pipelines, or change the file where it comes"
              + " from");
    }
  }

  private StoredPipeline write(String name, String text, @Nullable String before) throws Exception {
    change(name, () -> folder.write(name, text));
    try {
      running.load(name);
    } catch (Exception e) {
      folder.restore(name, before);
      if (e instanceof TimeoutException) {
        throw busy(name, e);
      }
      running.reload(name);
      throw new PipelineRefusedException(name, Map.of("file", List.of(PipelineFiles.reason(e))));
    }
    if (file(name, text).definition().backfill()) {
      backfills.ensure(name, pipelines.tables(name));
    }
    return stored(name, text);
  }

  private StoredPipeline stored(String name, String text) {
    return new StoredPipeline(said(name, text), text, PipelineFolder.etag(text));
  }

  /** What the file says; if that cannot be told what the version says that runs, if one does. */
  private PipelineDefinition said(String name, String text) {
    for (var version : List.of(text, running.runningText(name))) {
      try {
        return PipelineFile.parse(name, version).resolved(UnaryOperator.identity());
      } catch (PipelineFileException e) {
        // The status says so.
      }
    }
    return new PipelineDefinition(name, "", List.of(), List.of(), "");
  }

  private String readable(String name) {
    try {
      var text = folder.text(name);
      return text == null ? "" : text;
    } catch (PipelineFileException e) {
      return "";
    }
  }

  private static PipelineFile file(String name, String text) {
    try {
      return PipelineFile.parse(name, text);
    } catch (PipelineFileException e) {
      throw refused(name, e);
    }
  }

  private static PipelineRefusedException refused(String name, PipelineFileException e) {
    return new PipelineRefusedException(name, Map.of("file", List.of(e.getMessage())));
  }

  private void requireFile(String name) {
    boolean isThere = PipelineDefinition.isName(name) && folder.holds(name);
    if (!isThere) {
      throw missing(name);
    }
  }

  private String requireText(String name) {
    requireFile(name);
    try {
      var text = folder.text(name);
      if (text != null) {
        return text;
      }
    } catch (PipelineFileException e) {
      throw refused(name, e);
    }
    throw missing(name);
  }

  private static PipelineRefusedException missing(String name) {
    return new PipelineRefusedException(Reason.MISSING, "pipeline '" + name + "': does not exist");
  }

  private static PipelineRefusedException busy(String name, Exception e) {
    return new PipelineRefusedException(
        Reason.BUSY, "pipeline '" + name + "': cannot be changed now: " + e.getMessage());
  }

  private PipelineDefinition resolved(PipelineDefinition definition) {
    try {
      return running.resolved(definition);
    } catch (IllegalArgumentException e) {
      throw new PipelineRefusedException(
          definition.name(), Map.of("file", List.of(PipelineFiles.reason(e))));
    }
  }

  /** To make the folder anew with one file in it would end the pipelines that ran. */
  private void requireFolder(String name) {
    boolean ran = !pipelines.names().isEmpty() || running.isFolderGone();
    if (ran && !folder.exists()) {
      throw new PipelineRefusedException(
          Reason.CONFLICT,
          "pipeline '" + name + "': the folder of pipeline files is gone; bring it back first");
    }
  }

  private static void requireSame(String name, String text, @Nullable String etag) {
    if (etag != null && !etag.equals(PipelineFolder.etag(text))) {
      throw new PipelineRefusedException(
          Reason.OUTDATED,
          "pipeline '" + name + "': was changed meanwhile; read it again and repeat the change");
    }
  }
}
