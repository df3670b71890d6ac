package dev.wadi;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 fine, 1 refused or failed, 2 usage. */
@Command(
    name = "wadi",
    description = "Change capture pipelines for Postgres.",
    mixinStandardHelpOptions = true,
    versionProvider = Wadi.Version.class,
    subcommands = {
      PlaygroundCommand.class,
      RunCommand.class,
      CheckCommand.class,
      DdlCommand.class,
      GrantsCommand.class,
      VerifyCommand.class,
      SecretsCommand.class,
      SlotCommand.class,
      TokenCommand.class,
      ListenCommand.class,
      WarmUpCommand.class
    })
public final class Wadi implements Callable<Integer> {

  /** A little less than the 10 s that are promised. */
  private static final long STOP_LIMIT_MS = 9_500;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Wadi() {}

  public static void main(String[] arguments) {
    var exitCode = new CompletableFuture<Integer>();
    var endedByItself = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> endWith(exitCode, endedByItself), "exit-code"));
    int code = execute(arguments);
    endedByItself.set(!isEnding());
    exitCode.complete(code);
    System.exit(code);
  }

  /** Whether a signal has come; another hook may have ended the command already. */
  private static boolean isEnding() {
    try {
      var none = new Thread(() -> {});
      Runtime.getRuntime().addShutdownHook(none);
      return !Runtime.getRuntime().removeShutdownHook(none);
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * After a signal the JVM would end as soon as Camel has stopped, whether the command has finished
   * or not, and with the signal's exit code even after a clean stop.
   */
  private static void endWith(CompletableFuture<Integer> exitCode, AtomicBoolean endedByItself) {
    if (endedByItself.get()) {
      return;
    }
    try {
      Runtime.getRuntime().halt(exitCode.get(STOP_LIMIT_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      System.err.println("wadi: did not stop within " + STOP_LIMIT_MS + " ms, cut off");
      // Camel's own hook may still wait, and the JVM would wait for it.
      Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
    }
  }

  static int execute(String... arguments) {
    return new CommandLine(new Wadi())
        .setExecutionExceptionHandler((failure, command, parsed) -> refused(failure))
        .execute(arguments);
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int refused(Exception failure) {
    System.err.println("wadi: " + Failure.sentence(failure));
    return 1;
  }

  /** The version in the jar's manifest. */
  static String version() {
    var version = Wadi.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"wadi " + version()};
    }
  }
}
