package dev.wadi.kit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's Chromium, used as a person would: by the words on the page. */
public final class Browser implements AutoCloseable {

  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TALLEST_PICTURE = 2400;

  /** The window on top, or the page. */
  private static final String TOP =
      "const top = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;";

  private static final String SEEN = "const seen = (node) => node.getClientRects().length > 0;";

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Whether there is a Chromium and its driver. */
  public static boolean isInstalled() {
    return !find("chromium", "chromium-browser", "google-chrome").isEmpty()
        && !find("chromedriver").isEmpty();
  }

  /** Opens a browser that knows nothing. */
  public static Browser open(Path profile) {
    var options = new ChromeOptions();
    options.setBinary(find("chromium", "chromium-browser", "google-chrome"));
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Path.of(find("chromedriver")).toFile())
            .build();
    var browser = new Browser(new ChromeDriver(service, options));
    browser.size(1280, 900);
    return browser;
  }

  public void go(String address) {
    driver.get(address);
  }

  public String address() {
    return driver.getCurrentUrl();
  }

  /** Clicks a button or a link by its words. */
  public void click(String words) {
    doing("click '" + words + "'", () -> byWords("button, a", words).click());
  }

  /** Chooses a radio button or a switch by its words. */
  public void choose(String words) {
    doing("choose '" + words + "'", () -> byWords("label", words).click());
  }

  /** Replaces what is in a field, found by its label. */
  public void type(String label, String text) {
    doing(
        "type into '" + label + "'",
        () -> {
          var field = field(label);
          field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
          field.sendKeys(text);
        });
  }

  /** The input that a label belongs to. */
  public WebElement field(String label) {
    return one(
        TOP
            + SEEN
            + """
            const label = [...top.querySelectorAll('label')].filter(seen)
                .find((node) => node.firstChild.textContent.trim() === arguments[0]);
            return label && (label.htmlFor ? document.getElementById(label.htmlFor)
                : label.querySelector('input, select'));
            """,
        label);
  }

  /** The input of a radio button or a switch. */
  public WebElement option(String words) {
    return one(
        TOP
            + SEEN
            + """
            const label = [...top.querySelectorAll('label')].filter(seen)
                .find((node) => node.textContent.trim() === arguments[0]);
            return label && label.querySelector('input');
            """,
        words);
  }

  /** Waits until the page shows a text. */
  public void see(String text) {
    await("page shows '" + text + "'")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> text().contains(text));
  }

  /** What a person can read on the page, the window on top included. */
  public String text() {
    return String.valueOf(script("return document.body.innerText"));
  }

  /** The text of what a selector finds first, wherever it is. */
  public String textOf(String selector) {
    return String.valueOf(
        script("return document.querySelector(arguments[0])?.textContent ?? ''", selector));
  }

  public Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /**
   * From now on, until the page is loaded anew, answers its calls to addresses that end so in place
   * of the server, as that would on another day.
   */
  public void answer(String end, int status, String body) {
    script(
        """
        const [end, status, body] = arguments;
        const others = window.fetch;
        window.fetch = (address, options) => address.endsWith(end)
            ? Promise.resolve(new Response(body, {status}))
            : others(address, options);
        """,
        end,
        status,
        body);
  }

  /** Makes the page as wide and high as a screen. */
  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Takes the user for one who likes it dark, or light. */
  public void theme(String theme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
  }

  /** Keeps a picture of the page under {@code target/screenshots}. */
  public void picture(String name, int width) {
    size(width, 800);
    var height = ((Number) script("return document.documentElement.scrollHeight")).intValue();
    size(width, Math.min(TALLEST_PICTURE, Math.max(800, height)));
    try {
      Files.createDirectories(PICTURES);
      Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors that the browser reported since it was asked last, answers of the API left out. */
  public List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .filter(message -> !message.contains("the server responded with a status of"))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }

  private WebElement byWords(String selector, String words) {
    return one(
        TOP
            + SEEN
            + """
            return [...top.querySelectorAll(arguments[0])].filter(seen)
                .find((node) => node.textContent.trim() === arguments[1]);
            """,
        selector,
        words);
  }

  private WebElement one(String script, Object... arguments) {
    var found = script(script, arguments);
    if (found instanceof WebElement element) {
      return element;
    }
    throw new StaleElementReferenceException("nothing to see of " + List.of(arguments));
  }

  /** Tries until the page is so far. */
  private static void doing(String what, Runnable action) {
    await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .until(
            () -> {
              action.run();
              return true;
            });
  }

  private static String find(String... names) {
    var folders = System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator);
    return Stream.of(names)
        .flatMap(name -> Stream.of(folders).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse("");
  }
}
