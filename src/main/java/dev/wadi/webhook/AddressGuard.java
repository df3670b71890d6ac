package dev.wadi.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses a webhook may reach: everything public, and of the rest what the operator allows.
 */
public final class AddressGuard {

  private static final Map<AddressRange, String> REFUSED = new java.util.LinkedHashMap<>();

  static {
    refuse("loopback", "127.0.0.0/8", "::1");
    refuse("unspecified", "0.0.0.0/8", "::");
    refuse("private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10");
    refuse("link-local", "169.254.0.0/16", "fe80::/10");
    refuse("shared (carrier-grade NAT)", "100.64.0.0/10");
    refuse("cloud platform", "168.63.129.16");
    refuse("multicast", "224.0.0.0/4", "ff00::/8");
    refuse("reserved", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15");
    refuse("reserved", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4");
    refuse("NAT64", "64:ff9b::/96", "64:ff9b:1::/48");
    refuse("6to4", "2002::/16");
    refuse("reserved", "2001::/23", "2001:db8::/32", "3fff::/20");
    // What is not global unicast, forms that wrap an IPv4 address included: all but 2000::/3.
    refuse("reserved", "::/3", "4000::/2", "8000::/1");
  }

  private final Set<String> allowedHosts = new HashSet<>();
  private final List<AddressRange> allowedRanges = new ArrayList<>();

  /**
   * @param allowed host names, addresses and ranges that are allowed although they are not public,
   *     separated by commas
   * @throws IllegalArgumentException if one of them is none of these
   */
  public AddressGuard(String allowed) {
    for (var entry : allowed.split(",")) {
      var text = entry.strip().toLowerCase(Locale.ROOT);
      boolean range = text.contains("/") || text.contains(":") || text.matches("[0-9.]+");
      if (range) {
        allowedRanges.add(AddressRange.parse(text));
      } else if (!text.isEmpty()) {
        allowedHosts.add(text);
      }
    }
  }

  /** Whether a host of that name may be anywhere. */
  boolean allowsHost(String host) {
    return allowedHosts.contains(host.toLowerCase(Locale.ROOT));
  }

  boolean allows(InetAddress address) {
    return refusal(address) == null;
  }

  /** What kind of address it is that may not be reached; null if it may be. */
  @Nullable String refusal(InetAddress address) {
    if (allowedRanges.stream().anyMatch(range -> range.contains(address))) {
      return null;
    }
    return refusal(address.getAddress());
  }

  private static @Nullable String refusal(byte[] address) {
    for (var range : REFUSED.entrySet()) {
      if (range.getKey().contains(address)) {
        return range.getValue();
      }
    }
    return null;
  }

  private static void refuse(String kind, String... ranges) {
    for (var range : ranges) {
      REFUSED.put(AddressRange.parse(range), kind);
    }
  }

  /**
   * The addresses of a host that may be reached.
   *
   * @throws UnknownHostException if there is none; the message says why and what to do
   */
  InetAddress[] filter(String host, InetAddress[] addresses) throws UnknownHostException {
    if (allowsHost(host)) {
      return addresses;
    }
    var allowed = Arrays.stream(addresses).filter(this::allows).toArray(InetAddress[]::new);
    if (allowed.length == 0) {
      throw new AddressRefusedException(host, addresses[0], String.valueOf(refusal(addresses[0])));
    }
    return allowed;
  }

  /** A host whose every address is refused. */
  static final class AddressRefusedException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    AddressRefusedException(String host, InetAddress address, String kind) {
      super(message(host, address, kind));
    }

    static String message(String host, InetAddress address, String kind) {
      return "host '%s': must not be at a %s address (is at %s); allow it in wadi.webhook.allowed-hosts"
          .formatted(host, kind, address.getHostAddress());
    }
  }
}
