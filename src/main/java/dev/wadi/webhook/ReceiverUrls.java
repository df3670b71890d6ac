package dev.wadi.webhook;

import dev.wadi.stream.ValidationException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Set;

/** Which URLs may be posted to, as far as the text tells; the address is checked at connecting. */
public final class ReceiverUrls {

  private static final int MAX_LENGTH = 2_000;

  /** Ports of servers that would take a request for something else. */
  private static final Set<Integer> REFUSED_PORTS =
      Set.of(0, 22, 23, 25, 53, 110, 143, 465, 587, 993, 995, 3306, 5432, 6379, 11211, 27017);

  private final AddressGuard guard;
  private final boolean httpAllowed;

  /**
   * @param httpAllowed whether requests may go unencrypted
   */
  public ReceiverUrls(AddressGuard guard, boolean httpAllowed) {
    this.guard = guard;
    this.httpAllowed = httpAllowed;
  }

  /**
   * Reads a URL.
   *
   * @throws ValidationException on field {@code url}
   */
  public URI require(String text) {
    var url = parse(text);
    var scheme = url.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme);
    if (!http && !"https".equalsIgnoreCase(scheme)) {
      throw refused("must begin with https://");
    }
    if (http && !httpAllowed) {
      throw refused("must begin with https://, unless wadi.webhook.allow-http is true");
    }
    if (url.getRawUserInfo() != null || text.contains("@") && url.getHost() == null) {
      throw refused("must not hold a user or password; give a header instead");
    }
    if (url.getRawFragment() != null) {
      throw refused("must not have a fragment (#…)");
    }
    requireHost(url);
    return url;
  }

  private void requireHost(URI url) {
    var host = url.getHost();
    if (host == null || host.isEmpty()) {
      throw refused("must name a host, letters of other scripts in their xn-- form");
    }
    if (REFUSED_PORTS.contains(url.getPort()) || url.getPort() > 65_535) {
      throw refused("must not name port " + url.getPort());
    }
    boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
    boolean oddNumber =
        host.matches("(0[xX][0-9a-fA-F]*|[0-9]+)(\\.(0[xX][0-9a-fA-F]*|[0-9]+))*\\.?");
    if (oddNumber && !host.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}")) {
      throw refused("must write an address as four decimal numbers");
    }
    if (host.contains("%")) {
      throw refused("must not name a network interface");
    }
    if (literal && !guard.allowsHost(host)) {
      requireAllowed(host);
    }
  }

  private void requireAllowed(String host) {
    try {
      var address = InetAddress.getByName(host);
      var kind = guard.refusal(address);
      if (kind != null) {
        throw refused(
            "must not be at a %s address; allow it in wadi.webhook.allowed-hosts".formatted(kind));
      }
    } catch (UnknownHostException e) {
      throw refused("must name a valid host");
    }
  }

  private static URI parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw refused("must be at most " + MAX_LENGTH + " characters long");
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw refused("must be a URL such as https://example.com/hook");
    }
  }

  private static ValidationException refused(String message) {
    return ValidationException.of("url", message);
  }
}
