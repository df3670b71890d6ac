package dev.wadi;

import dev.wadi.api.Audit;
import dev.wadi.capture.Gap;
import dev.wadi.capture.Lsn;
import dev.wadi.capture.SlotCare;
import dev.wadi.eventtable.Positions;
import dev.wadi.postgres.ReplicationSlot;
import dev.wadi.postgres.SourceDatabase;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "slot",
    description = "Shows the replication slot, and makes it anew once it is lost.",
    mixinStandardHelpOptions = true,
    subcommands = {SlotCommand.Status.class, SlotCommand.Recreate.class})
final class SlotCommand implements Callable<Integer> {

  private static final String REFUSED =
      "slot '%s': making it anew gives up the changes that it has lost; say so with --accept-gap";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing: status or recreate");
  }

  /** What is done with the slot of some settings. */
  private interface Action {
    int with(SlotCare slots, String slot) throws Exception;
  }

  private static int on(Settings settings, Action action) throws Exception {
    try (var source = Wiring.databaseAddress(settings).pool("source", 2);
        var eventLog = Wiring.logAddress(settings).pool("eventLog", 3)) {
      var positions = new Positions(eventLog, new SourceDatabase(source)::id);
      var slots = new SlotCare(Wiring.databaseAddress(settings), source, positions);
      return action.with(slots, settings.text(Setting.SLOT));
    }
  }

  /** Prints what is known of the slot; 0 if capture can go on or does. */
  static int status(Settings settings, PrintStream out) throws Exception {
    return on(
        settings,
        (slots, name) -> {
          var facts = slots.look(name);
          var verdict = facts.verdict();
          out.println("slot: " + name);
          out.println("state: " + verdict.state());
          out.println("position: " + orNone(facts.positionText()));
          print(facts.slot(), out);
          if (!verdict.text().isEmpty()) {
            out.println(verdict.text());
          }
          return verdict.state().fine() ? CommandLine.ExitCode.OK : 1;
        });
  }

  private static void print(@Nullable ReplicationSlot slot, PrintStream out) {
    if (slot == null) {
      return;
    }
    out.println("restart_lsn: " + orNone(slot.restartLsn()));
    out.println("confirmed_flush_lsn: " + Lsn.text(slot.confirmed()));
    out.println("retained_bytes: " + slot.retainedBytes());
    out.println("safe_wal_size: " + (slot.safeBytes() == null ? "no limit" : slot.safeBytes()));
    out.println("wal_status: " + orNone(slot.walStatus()));
    out.println("active_pid: " + (slot.activePid() == 0 ? "none" : slot.activePid()));
    out.println("plugin: " + slot.plugin());
    out.println("database: " + slot.database());
    out.println("failover: " + (slot.failover() ? "yes" : "no"));
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "none" : text;
  }

  /** Makes the slot anew and prints what is missing then. */
  static int recreate(Settings settings, boolean gapIsAccepted, PrintStream out) throws Exception {
    if (!gapIsAccepted) {
      throw new IllegalArgumentException(REFUSED.formatted(settings.text(Setting.SLOT)));
    }
    return on(
        settings,
        (slots, name) -> {
          tell(slots.recreate(name), out);
          Audit.write(TokenCommand.whoRuns(), "recreate-slot", name, "done");
          return CommandLine.ExitCode.OK;
        });
  }

  private static void tell(Gap gap, PrintStream out) {
    out.printf("slot '%s': capture goes on at %s%n", gap.slot(), gap.toLsn());
    out.printf(
        "missing: changes of all captured tables after %s and up to %s (%s); noted in wadi.gaps%n",
        gap.fromLsn(), gap.toLsn(), gap.reason());
    out.println("to fill it: POST /api/pipelines/{name}/backfill for each pipeline, then");
    out.println("POST /api/gaps/{id}/close; GET /api/gaps lists the ids");
  }

  @Command(
      name = "status",
      description = "Prints the slot's state, position and figures; exit code 1 if it is not fine.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
      return status(Settings.load(Path.of(""), System.getenv()), System.out);
    }
  }

  @Command(
      name = "recreate",
      description = "Gives up the changes that a lost slot cannot bring, and lets capture go on.",
      mixinStandardHelpOptions = true)
  static final class Recreate implements Callable<Integer> {

    @Option(
        names = "--accept-gap",
        description = "Say that changes will be missing; what is missing is noted in wadi.gaps.")
    private boolean gapIsAccepted;

    @Override
    public Integer call() throws Exception {
      return recreate(Settings.load(Path.of(""), System.getenv()), gapIsAccepted, System.out);
    }
  }
}
