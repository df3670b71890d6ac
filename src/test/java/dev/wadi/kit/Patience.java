package dev.wadi.kit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for a condition where it names no limit: so long that a machine which
 * stands still for some seconds fails nothing. JUnit finds it by its name in {@code
 * META-INF/services}.
 */
public final class Patience implements BeforeAllCallback {

  @Override
  public void beforeAll(ExtensionContext test) {
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
  }
}
