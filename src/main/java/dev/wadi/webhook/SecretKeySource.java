package dev.wadi.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the key of the {@link SecretBox} comes from: a setting, a file that somebody else keeps, or
 * a file made on first use.
 */
public final class SecretKeySource implements Supplier<byte[]> {

  public static final int KEY_BYTES = 32;

  private final String configured;
  private final Path file;
  private final boolean isMade;
  private byte @Nullable [] key;

  private SecretKeySource(String configured, Path file, boolean isMade) {
    this.configured = configured;
    this.file = file;
    this.isMade = isMade;
  }

  /**
   * @param configured base64 of 32 bytes; empty to use the file
   * @param file holds base64 of 32 bytes; made if it is not there
   */
  public SecretKeySource(String configured, Path file) {
    this(configured, file, true);
  }

  /** A key in a file that must be there, such as one that Docker or Kubernetes mounts. */
  public static SecretKeySource in(Path file) {
    return new SecretKeySource("", file, false);
  }

  @Override
  public synchronized byte[] get() {
    if (key == null) {
      key = decoded(configured.isEmpty() ? stored() : configured);
    }
    return key;
  }

  private byte[] decoded(String text) {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      decoded = new byte[0];
    }
    if (decoded.length != KEY_BYTES) {
      throw new IllegalStateException(
          "secret key: must be base64 of 32 bytes, as of: openssl rand -base64 32; see " + file);
    }
    return decoded;
  }

  private String stored() {
    try {
      if (isMade) {
        create();
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "secret key: cannot be read in " + file + " or kept there; see wadi.secret-key-file", e);
    }
  }

  /** Whoever comes second reads what the first has made. */
  private void create() throws IOException {
    if (Files.exists(file)) {
      return;
    }
    var made = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(made);
    Files.createDirectories(file.toAbsolutePath().getParent());
    var unfinished =
        Files.createTempFile(file.toAbsolutePath().getParent(), "secret", ".tmp", mode());
    try {
      Files.writeString(
          unfinished, Base64.getEncoder().encodeToString(made) + "\n", StandardOpenOption.WRITE);
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException e) {
      return;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static java.nio.file.attribute.FileAttribute<?> mode() {
    return PosixFilePermissions.asFileAttribute(
        Set.copyOf(PosixFilePermissions.fromString("rw-------")));
  }
}
