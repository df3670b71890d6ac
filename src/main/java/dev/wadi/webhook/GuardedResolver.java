package dev.wadi.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Finds the address that is connected to, and no other: what it answers is checked by the guard and
 * not looked up again, so a name that changes its address between check and use gains nothing.
 */
final class GuardedResolver implements DnsResolver {

  private final DnsResolver names;
  private final AddressGuard guard;
  private final ExecutorService lookups;
  private final Map<String, FutureTask<InetAddress[]>> underWay = new ConcurrentHashMap<>();

  /**
   * @param names asks the name service
   * @param lookups where lookups run, so that the deadline of a request holds for them too; takes
   *     one for each host at a time, and refuses none
   */
  GuardedResolver(DnsResolver names, AddressGuard guard, ExecutorService lookups) {
    this.names = names;
    this.guard = guard;
    this.lookups = lookups;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    var addresses = isLiteral(host) ? names.resolve(host) : lookUp(host);
    return guard.filter(host, addresses);
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    try {
      return underWay(host).get(Deadline.remainingMs(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw failed(host, "cannot be looked up");
    } catch (TimeoutException e) {
      throw failed(host, "was not found in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(host, "lookup was interrupted");
    }
  }

  /** The one lookup of that host that all wait for; one that hangs takes one thread in all. */
  private FutureTask<InetAddress[]> underWay(String host) {
    var fresh = new FutureTask<>(() -> resolved(host));
    var found = underWay.putIfAbsent(host, fresh);
    if (found != null) {
      return found;
    }
    try {
      lookups.execute(fresh);
    } catch (RuntimeException | Error e) {
      underWay.remove(host);
      throw e;
    }
    return fresh;
  }

  private InetAddress[] resolved(String host) throws UnknownHostException {
    try {
      return names.resolve(host);
    } finally {
      underWay.remove(host);
    }
  }

  private static UnknownHostException failed(String host, String what) {
    return new UnknownHostException("host '" + host + "': " + what);
  }

  private static boolean isLiteral(String host) {
    return host.contains(":") || host.matches("[0-9.]+");
  }
}
