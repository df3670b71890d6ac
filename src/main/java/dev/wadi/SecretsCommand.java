package dev.wadi;

import dev.wadi.api.Audit;
import dev.wadi.postgres.WadiSchema;
import dev.wadi.webhook.SecretRotation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "secrets",
    description = "Takes care of the webhooks' secrets and headers, which are kept encrypted.",
    mixinStandardHelpOptions = true,
    subcommands = SecretsCommand.Rotate.class)
final class SecretsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing: rotate");
  }

  @Command(
      name = "rotate",
      description =
          "Encrypts all of them with wadi.secret-key; what wadi.secret-key.previous encrypted is"
              + " read with it.",
      mixinStandardHelpOptions = true)
  static final class Rotate implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
      System.out.println(rotate(Settings.load(Path.of(""), System.getenv())));
      return 0;
    }
  }

  /** Says what was done. */
  static String rotate(Settings settings) throws Exception {
    try (var eventLog = Wiring.logAddress(settings).pool("eventLog", 3)) {
      new WadiSchema(eventLog).migrate();
      int webhooks = new SecretRotation(eventLog, Wiring.secretBox(settings)).run();
      Audit.write(TokenCommand.whoRuns(), "rotate-secrets", "webhooks", "done");
      return "webhooks whose secrets are encrypted with the current key: %d; wadi.secret-key.previous is needed no more"
          .formatted(webhooks);
    }
  }
}
