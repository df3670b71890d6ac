package dev.wadi;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "run",
    description = "Runs Wadi with the settings of application.properties and the environment.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

  @Override
  public Integer call() throws Exception {
    var settings = Settings.load(Path.of(""), System.getenv());
    return new WadiServer(settings, file -> false).run();
  }
}
