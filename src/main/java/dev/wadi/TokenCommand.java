package dev.wadi;

import dev.wadi.api.Audit;
import dev.wadi.api.Scope;
import dev.wadi.api.Tokens;
import dev.wadi.postgres.WadiSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  private interface Action<T> {
    T with(Tokens tokens) throws Exception;
  }

  private static <T> T on(Settings settings, Action<T> action) throws Exception {
    try (var eventLog = Wiring.logAddress(settings).pool("eventLog", 3)) {
      new WadiSchema(eventLog).migrate();
      return action.with(new Tokens(eventLog, ""));
    }
  }

  private static Settings settings() {
    return Settings.load(Path.of(""), System.getenv());
  }

  static String create(Settings settings, String name, List<String> scopes) throws Exception {
    var token = on(settings, tokens -> tokens.create(name, Scope.parse(scopes)));
    Audit.write(whoRuns(), "create-token", name, "done");
    return token;
  }

  static void revoke(Settings settings, String name) throws Exception {
    boolean wasThere = on(settings, tokens -> tokens.revoke(name));
    if (!wasThere) {
      throw new IllegalArgumentException(
          "token '" + name + "': does not exist; wadi token list shows all");
    }
    Audit.write(whoRuns(), "revoke-token", name, "done");
  }

  static String whoRuns() {
    return "cli:" + System.getProperty("user.name");
  }

  private static void print(Tokens.Listed token) {
    var scopes = token.scopes().stream().map(Scope::toString).collect(Collectors.joining(","));
    System.out.println(token.createdAt() + "  " + token.name() + "  " + scopes);
  }

  @Command(
      name = "create",
      description = "Makes a token and shows it this once.",
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "What the token is for.")
    private String name = "";

    @Option(
        names = "--scope",
        split = ",",
        paramLabel = "SCOPE",
        description = "What it may do: read, consume, manage, or several; manage, all, by default.")
    private List<String> scopes = List.of("manage");

    @Override
    public Integer call() throws Exception {
      System.out.println(create(settings(), name, scopes));
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "list",
      description = "Lists the tokens by name, with what they may do.",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
      on(settings(), Tokens::list).forEach(TokenCommand::print);
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "revoke", description = "Ends a token.", mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "The token's name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
      revoke(settings(), name);
      return CommandLine.ExitCode.OK;
    }
  }
}
