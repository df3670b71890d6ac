package dev.wadi;

import java.util.concurrent.Callable;
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
      DdlCommand.class,
      VerifyCommand.class
    })
public final class Wadi implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  private Wadi() {}

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
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
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Wadi.class.getPackage().getImplementationVersion();
      return new String[] {"wadi " + (version == null ? "(not packaged)" : version)};
    }
  }
}
