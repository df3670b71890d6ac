package dev.wadi.webhook;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import javax.net.ssl.SSLContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** The HTTP client behind all webhooks: it does what it is told, once, and nothing more. */
public final class ReceiverClient implements HttpClientConfigurer, AutoCloseable {

  private static final int MAX_CONNECTIONS = 5_000;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_LINE_BYTES = 16_384;
  private static final Timeout CONNECT_LIMIT = Timeout.ofSeconds(5);
  private static final Timeout SOCKET_LIMIT = Timeout.ofSeconds(300);

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, daemon("wadi-webhook-deadlines"));
  private final ExecutorService lookups = Executors.newCachedThreadPool(daemon("wadi-lookup"));
  private final HttpClientConnectionManager connections;

  /**
   * @param names asks the name service
   */
  public ReceiverClient(DnsResolver names, AddressGuard guard) {
    this(names, guard, MAX_CONNECTIONS, SSLContexts.createDefault());
  }

  /**
   * @param most connections at a time
   * @param trust whose certificates are taken for good
   */
  ReceiverClient(DnsResolver names, AddressGuard guard, int most, SSLContext trust) {
    timer.setRemoveOnCancelPolicy(true);
    connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(new GuardedResolver(names, guard, lookups))
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxHeaderCount(MAX_HEADERS)
                            .setMaxLineLength(MAX_LINE_BYTES)
                            .build())
                    .build())
            .setMaxConnTotal(most)
            .setMaxConnPerRoute(most)
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(CONNECT_LIMIT)
                    .setSocketTimeout(SOCKET_LIMIT)
                    .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                    .setTimeToLive(TimeValue.ofMinutes(5))
                    .build())
            .setDefaultSocketConfig(
                SocketConfig.custom().setSoTimeout(SOCKET_LIMIT).setTcpNoDelay(true).build())
            .setDefaultTlsConfig(
                TlsConfig.custom()
                    .setHandshakeTimeout(CONNECT_LIMIT)
                    .setSupportedProtocols(TLS.V_1_2, TLS.V_1_3)
                    .build())
            .build();
  }

  /** The connections, for the route to name. */
  public HttpClientConnectionManager connections() {
    return connections;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder builder) {
    builder
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableAuthCaching()
        .disableDefaultUserAgent()
        .addExecInterceptorFirst("bounds", new BoundedExchange(timer));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    lookups.shutdownNow();
  }

  static ThreadFactory daemon(String name) {
    return task -> {
      var thread = Executors.defaultThreadFactory().newThread(task);
      thread.setName(name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
