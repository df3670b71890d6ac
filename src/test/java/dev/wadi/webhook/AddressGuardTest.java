package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wadi.stream.ValidationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

  private static final AddressGuard GUARD = new AddressGuard("");
  private static final ReceiverUrls URLS = new ReceiverUrls(GUARD, false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:a00:1",
        "::ffff:169.254.169.254",
        "::ffff:0:7f00:1",
        "::808:808",
        "200::1",
        "100:1::1",
        "1fff::1",
        "4000::1",
        "8000::1",
        "64:ff9b::808:808",
        "2002:808:808::",
        "2001:0:4136:e378::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2002:c0a8:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "5f00::1"
      })
  void address_that_is_not_public_is_refused(String address) throws UnknownHostException {
    assertThat(GUARD.allows(InetAddress.getByName(address))).isFalse();
    var host = address.contains(":") ? "[" + address + "]" : address;
    assertThatThrownBy(() -> URLS.require("https://" + host + "/"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("wadi.webhook.allowed-hosts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8"
      })
  void public_address_is_allowed(String address) throws UnknownHostException {
    assertThat(GUARD.allows(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://2130706433/",
        "https://017700000001/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com/#fragment",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://[fe80::1%25eth0]/",
        "https:///path",
        "https://example.com:22/",
        "https://example.com:5432/",
        "https://example.com:0/",
        "https://{{wadi.database.password}}/",
        "https://exa mple.com/",
        "example.com",
        ""
      })
  void url_that_could_mean_something_else_is_refused(String url) {
    assertThatThrownBy(() -> URLS.require(url)).isInstanceOf(ValidationException.class);
  }

  @Test
  void url_with_path_and_query_is_kept_as_it_is() {
    var url = "https://example.com:8443/a%20b/?q=%C3%A9&x=1";
    assertThat(URLS.require(url).toString()).isEqualTo(url);
  }

  @Test
  void operator_allows_hosts_addresses_and_ranges() throws UnknownHostException {
    var guard = new AddressGuard("hooks.internal, 10.1.0.0/16,::1");
    assertThat(guard.allows(InetAddress.getByName("10.1.2.3"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("10.2.0.1"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("::1"))).isTrue();
    var inside = new InetAddress[] {InetAddress.getByName("192.168.1.1")};
    assertThatCode(() -> guard.filter("Hooks.internal", inside)).doesNotThrowAnyException();
    assertThatThrownBy(() -> guard.filter("other.internal", inside))
        .hasMessage(
            "host 'other.internal': must not be at a private address (is at 192.168.1.1);"
                + " allow it in wadi.webhook.allowed-hosts");
    assertThatThrownBy(() -> new AddressGuard("10.0.0.0/33"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void name_that_changes_its_address_is_refused_when_it_does() throws Exception {
    var answers = List.of("1.1.1.1", "127.0.0.1").iterator();
    ExecutorService lookups = Executors.newSingleThreadExecutor();
    try {
      var resolver = new GuardedResolver(new Scripted(answers), GUARD, lookups);
      assertThat(resolver.resolve("rebind.example"))
          .containsExactly(InetAddress.getByName("1.1.1.1"));
      assertThatThrownBy(() -> resolver.resolve("rebind.example"))
          .isInstanceOf(UnknownHostException.class)
          .hasMessageContaining("must not be at a loopback address");
    } finally {
      lookups.shutdownNow();
    }
  }

  @Test
  void name_that_hangs_takes_one_thread_and_no_other_name_waits_for_it() throws Exception {
    var asked = new AtomicInteger();
    var end = new CountDownLatch(1);
    ExecutorService lookups = Executors.newFixedThreadPool(2);
    try {
      var resolver = new GuardedResolver(new Hanging(asked, end), GUARD, lookups);
      for (int request = 0; request < 100; request++) {
        Deadline.begin(5);
        assertThatThrownBy(() -> resolver.resolve("hanging.example"))
            .hasMessage("host 'hanging.example': was not found in time");
      }
      Deadline.end();
      assertThat(asked).hasValue(1);
      assertThat(resolver.resolve("other.example"))
          .containsExactly(InetAddress.getByName("1.1.1.1"));
    } finally {
      end.countDown();
      lookups.shutdownNow();
    }
  }

  private record Hanging(AtomicInteger asked, CountDownLatch end) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      if (host.startsWith("hanging")) {
        asked.incrementAndGet();
        awaitEnd();
      }
      return new InetAddress[] {InetAddress.getByName("1.1.1.1")};
    }

    private void awaitEnd() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  private record Scripted(java.util.Iterator<String> answers) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return new InetAddress[] {InetAddress.getByName(answers.next())};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
