package dev.wadi.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A range of addresses as in {@code 10.0.0.0/8}. */
record AddressRange(byte[] network, int bits) {

  /**
   * @throws IllegalArgumentException if it is not an address and the number of its leading bits
   */
  static AddressRange parse(String text) {
    var parts = text.split("/", -1);
    boolean literal = parts[0].matches("[0-9a-fA-F:.]+") && parts[0].matches(".*[:.].*");
    if (parts.length > 2 || !literal) {
      throw refused(text);
    }
    try {
      var network = InetAddress.getByName(parts[0]).getAddress();
      int bits = parts.length == 1 ? network.length * 8 : Integer.parseInt(parts[1]);
      if (bits < 0 || bits > network.length * 8) {
        throw refused(text);
      }
      return new AddressRange(network, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw refused(text);
    }
  }

  boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = bits / 8;
    if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
      return false;
    }
    int rest = bits % 8;
    int mask = 0xff << (8 - rest);
    return rest == 0 || (address[whole] & mask) == (network[whole] & mask);
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "'" + text + "' must be an address or a range such as 10.0.0.0/8");
  }
}
