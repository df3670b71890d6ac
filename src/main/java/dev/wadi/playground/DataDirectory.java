package dev.wadi.playground;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The data of one playground, locked for this process. The operating system gives the lock back
 * when the process ends, however it ends; a Postgres may outlive it.
 */
final class DataDirectory implements AutoCloseable {

  /** Tells a playground's data from any other Postgres cluster. */
  private static final String MARKER = "wadi-playground";

  private final Path path;
  private final ServerAccount account;
  private final FileChannel lockFile;

  private DataDirectory(Path path, ServerAccount account, FileChannel lockFile) {
    this.path = path;
    this.account = account;
    this.lockFile = lockFile;
  }

  /**
   * Creates the directories above it where they are missing.
   *
   * @throws PlaygroundException if another process has it, or if it holds something else
   */
  static DataDirectory open(Path directory) throws IOException {
    var path = resolved(directory);
    requireNameThatShellsPass(path);
    requirePlayground(path);
    var account = ServerAccount.owning(Files.exists(path) ? path : path.getParent());
    return new DataDirectory(path, account, lock(path, account));
  }

  Path path() {
    return path;
  }

  ServerAccount account() {
    return account;
  }

  Path log() {
    return sibling(".log");
  }

  /** Starts the log anew and keeps the one of the run before. */
  void turnLog() throws IOException {
    if (Files.exists(log())) {
      Files.move(log(), sibling(".previous.log"), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.createFile(log());
    account.own(log());
  }

  boolean isEmpty() throws IOException {
    return isEmpty(path);
  }

  void delete() throws IOException {
    DirectoryTree.delete(path);
  }

  /**
   * An empty directory for work that is moved to its place when done; what a killed process left in
   * it is deleted.
   */
  Path workDirectory() throws IOException {
    var directory = sibling(".unfinished");
    DirectoryTree.delete(directory);
    Files.createDirectory(directory);
    account.own(directory);
    return directory;
  }

  /** Makes an initialised directory the data, in one step. */
  void accept(Path initialized) throws IOException {
    var marker = Files.writeString(initialized.resolve(MARKER), "Data of a Wadi playground.\n");
    account.own(marker);
    Files.deleteIfExists(path);
    Files.move(initialized, path, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private static Path resolved(Path directory) throws IOException {
    var absolute = directory.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      return absolute.toRealPath();
    }
    createDirectories(absolute.getParent());
    return absolute.getParent().toRealPath().resolve(absolute.getFileName());
  }

  /** New directories belong to whoever owns the one they are in, also when root creates them. */
  private static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    createDirectories(directory.getParent());
    Files.createDirectory(directory);
    ServerAccount.ownLikeParent(directory);
  }

  private static void requireNameThatShellsPass(Path path) {
    boolean passes = path.toString().chars().noneMatch(letter -> "\"$`\\\n".indexOf(letter) >= 0);
    if (!passes) {
      throw new PlaygroundException(
          ("data directory '%s': the path must not contain any of \" $ ` \\ or a line break, which"
                  + " Postgres' start program cannot pass on; move the project elsewhere")
              .formatted(path));
    }
  }

  private static void requirePlayground(Path path) throws IOException {
    boolean playground =
        isEmpty(path)
            || Files.exists(path.resolve(MARKER)) && Files.exists(path.resolve("PG_VERSION"));
    if (!playground) {
      throw new PlaygroundException(
          "data directory '%s' holds something other than a playground; move it away or choose another directory"
              .formatted(path));
    }
  }

  private static boolean isEmpty(Path path) throws IOException {
    if (!Files.exists(path)) {
      return true;
    }
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (var entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  private static FileChannel lock(Path path, ServerAccount account) throws IOException {
    var file = path.resolveSibling(path.getFileName() + ".lock");
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new PlaygroundException(
          "data directory '%s' is in use by another Wadi; stop that one first".formatted(path));
    }
    account.own(file);
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private Path sibling(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }
}
