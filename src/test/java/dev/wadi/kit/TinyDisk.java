package dev.wadi.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes that a Postgres may put a tablespace on. */
public final class TinyDisk implements AutoCloseable {

  private static final int ATTEMPTS = 5;

  private final Path mount;
  private final boolean mounted;

  private TinyDisk(Path mount, boolean mounted) {
    this.mount = mount;
    this.mounted = mounted;
  }

  /**
   * Mounts one beside the data of a {@link RestartablePostgres}, and skips the test where that may
   * not be done.
   */
  public static TinyDisk mounted(Path parent, int megabytes) throws IOException {
    var disk = mountedIfPossible(parent, megabytes);
    Assumptions.assumeTrue(disk.mounted, "only root can mount a file system for this test");
    return disk;
  }

  /** The same where a test can do without. */
  public static TinyDisk mountedIfPossible(Path parent, int megabytes) throws IOException {
    var mount = Files.createDirectory(parent.resolve("disk"));
    int code =
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mount.toString());
    var disk = new TinyDisk(mount, code == 0);
    Files.createDirectory(disk.path());
    run("chown", "--reference=" + parent.resolve("postgres/PG_VERSION"), disk.path().toString());
    return disk;
  }

  public boolean isMounted() {
    return mounted;
  }

  /** Where a tablespace can be. */
  public Path path() {
    return mount.resolve("tablespace");
  }

  /** Takes all the room that is left, also if somebody takes some of it meanwhile. */
  public void fill() throws IOException {
    int code = 1;
    for (int attempt = 0; code != 0 && attempt < ATTEMPTS; attempt++) {
      long left = Files.getFileStore(mount).getUsableSpace();
      code = run("fallocate", "-l", Long.toString(left), ballast().toString());
    }
  }

  /** Gives it back. */
  public void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return mount.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      run("umount", "-l", mount.toString());
    }
  }

  private static int run(String... words) throws IOException {
    try {
      return new ProcessBuilder(words).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
