package dev.wadi.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key with a certificate that it signed itself, made by {@code keytool}. */
public final class Certificate {

  public static final String PASSWORD = "changeit";

  private final Path store;

  private Certificate(Path store) {
    this.store = store;
  }

  /**
   * Makes one.
   *
   * @param names whom it is for, as keytool wants it: {@code ip:127.0.0.1,dns:localhost}
   */
  public static Certificate make(Path folder, String name, String names) throws Exception {
    var store = folder.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + names,
                "-ext",
                "bc=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    var said = new String(keytool.getInputStream().readAllBytes());
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    return new Certificate(store);
  }

  /** Key and certificate, to serve with and to trust. */
  public Path store() {
    return store;
  }

  /** What a client needs that trusts it and nobody else. */
  public SSLContext trust() throws GeneralSecurityException, IOException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys().getCertificate("key"));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  /** A file with the certificate, as Postgres and its driver want it. */
  public Path certificateFile() throws GeneralSecurityException, IOException {
    return write(".crt", "CERTIFICATE", keys().getCertificate("key").getEncoded());
  }

  /** A file with the key, which its owner alone can read. */
  public Path keyFile() throws GeneralSecurityException, IOException {
    var key = keys().getKey("key", PASSWORD.toCharArray()).getEncoded();
    var file = write(".key", "PRIVATE KEY", key);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private Path write(String suffix, String what, byte[] bytes) throws IOException {
    var name = store.getFileName().toString().replace(".p12", suffix);
    var text =
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
    return Files.writeString(store.resolveSibling(name), text);
  }

  private KeyStore keys() throws GeneralSecurityException, IOException {
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }
}
