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

/** Where the key of the {@link SecretBox} comes from: a setting, or a file made on first use. */
public final class SecretKeySource implements Supplier<byte[]> {

  public static final int KEY_BYTES = 32;

  private final String configured;
  private final Path file;
  private byte @Nullable [] key;

  /**
   * @param configured base64 of 32 bytes; empty to use the file
   * @param file holds base64 of 32 bytes; made if it is not there
   */
  public SecretKeySource(String configured, Path file) {
    this.configured = configured;
    this.file = file;
  }

  @Override
  public synchronized byte[] get() {
    if (key == null) {
      key = Base64.getDecoder().decode(configured.isEmpty() ? stored() : configured);
      if (key.length != KEY_BYTES) {
        throw new IllegalStateException(
            "secret key: must be base64 of 32 bytes (got " + key.length + "); see " + file);
      }
    }
    return key;
  }

  private String stored() {
    try {
      create();
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("secret key: cannot be kept in " + file, e);
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
