package dev.wadi.playground;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The Postgres programs, unpacked from the class path into a directory named after the archive's
 * digest, so that a new version never mixes with an old one. Everyone may read and run them: root's
 * playground runs them under another account.
 *
 * @param directory holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path directory) {

  private static final int DIGEST_LENGTH = 12;

  /** Beside the data, where only those who may change the data can change the programs. */
  static PostgresBinaries unpackedBeside(DataDirectory data) throws IOException {
    var archive = archive();
    var directory = data.path().resolveSibling("postgres-" + digest(archive));
    if (!Files.isDirectory(directory)) {
      unpack(archive, data.workDirectory(), directory);
    }
    return new PostgresBinaries(directory);
  }

  String program(String name) {
    return directory.resolve("bin").resolve(name).toString();
  }

  private static byte[] archive() throws IOException {
    var system =
        System.getProperty("os.name").startsWith("Mac") ? "Darwin" : System.getProperty("os.name");
    var machine = System.getProperty("os.arch");
    var hardware = machine.equals("amd64") ? "x86_64" : machine;
    try (var stream = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, hardware)) {
      return stream.readAllBytes();
    } catch (IllegalStateException e) {
      throw new PlaygroundException(
          "no Postgres programs for %s on %s; use './wadi run' with a Postgres of your own"
              .formatted(system, machine),
          e);
    }
  }

  /** Moves when done, so that a directory of that name is complete. */
  private static void unpack(byte[] archive, Path workDirectory, Path directory)
      throws IOException {
    extract(archive, workDirectory);
    try {
      Files.move(workDirectory, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another playground, with other data, unpacked the same archive meanwhile.
      DirectoryTree.delete(workDirectory);
    }
  }

  private static void extract(byte[] archive, Path target) throws IOException {
    permit(target, "rwxr-xr-x");
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(tar, entry, target.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      createDirectory(path);
      return;
    }
    createDirectory(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    boolean executable = (entry.getMode() & 0100) != 0;
    permit(path, executable ? "rwxr-xr-x" : "rw-r--r--");
  }

  private static void createDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      createDirectory(path.getParent());
      Files.createDirectory(path);
      permit(path, "rwxr-xr-x");
    }
  }

  /** Says the permissions outright: a strict umask would keep root's playground from reading. */
  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String digest(byte[] archive) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(archive);
      return HexFormat.of().formatHex(digest).substring(0, DIGEST_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java without SHA-256 indicates a bug", e);
    }
  }
}
