package dev.wadi;

import dev.wadi.api.Tokens;
import dev.wadi.postgres.WadiSchema;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    description = "Makes, lists and revokes tokens of the API.",
    mixinStandardHelpOptions = true,
    subcommands = {
      TokenCommand.Create.class,
      TokenCommand.ListAll.class,
      TokenCommand.Revoke.class
    })
final class TokenCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: create, list or revoke");
  }

  /** What is done with the tokens of the event-log database. */
  private interface Action {
    int with(Tokens tokens) throws Exception;
  }

  private static int on(Action action) throws Exception {
    var settings = Settings.load(Path.of(""), System.getenv());
    try (var eventLog = Wiring.logAddress(settings).pool("eventLog", 3)) {
      new WadiSchema(eventLog).migrate();
      return action.with(new Tokens(eventLog, ""));
    }
  }

  @Command(
      name = "create",
      description = "Makes a token and shows it this once.",
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "What the token is for.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
      return on(
          tokens -> {
            System.out.println(tokens.create(name));
            return CommandLine.ExitCode.OK;
          });
    }
  }

  @Command(
      name = "list",
      description = "Lists the tokens by name.",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
      return on(
          tokens -> {
            tokens
                .list()
                .forEach(token -> System.out.println(token.createdAt() + "  " + token.name()));
            return CommandLine.ExitCode.OK;
          });
    }
  }

  @Command(name = "revoke", description = "Ends a token.", mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "The token's name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
      return on(
          tokens -> {
            if (tokens.revoke(name)) {
              return CommandLine.ExitCode.OK;
            }
            throw new IllegalArgumentException(
                "token '" + name + "': does not exist; wadi token list shows all");
          });
    }
  }
}
