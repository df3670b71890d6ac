package dev.wadi.playground;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The account that Postgres runs under. Postgres refuses root, so root's playground runs as whoever
 * owns the directory it lives in; where that is root too, it runs in a user namespace without
 * privileges (files still belong to root), and where those are forbidden, as nobody.
 */
final class ServerAccount {

  private static final int ROOT = 0;
  private static final int NOBODY = 65_534;

  private final List<String> prefix;
  private final int userId;
  private final int groupId;

  private ServerAccount(List<String> prefix, int userId, int groupId) {
    this.prefix = prefix;
    this.userId = userId;
    this.groupId = groupId;
  }

  /** The account for a playground in this directory, which must exist. */
  static ServerAccount owning(Path directory) throws IOException {
    int self = self();
    if (self != ROOT) {
      return new ServerAccount(List.of(), self, self);
    }
    int owner = (int) Files.getAttribute(directory, "unix:uid");
    // initdb refuses an account without a name.
    boolean named = !Files.getOwner(directory).getName().equals(Integer.toString(owner));
    if (owner != ROOT && named) {
      return other(owner, (int) Files.getAttribute(directory, "unix:gid"));
    }
    var namespace = List.of("unshare", "-U");
    if (works(namespace)) {
      return new ServerAccount(namespace, ROOT, ROOT);
    }
    return other(NOBODY, NOBODY);
  }

  /** The words that run a program under this account. */
  List<String> command(List<String> words) {
    var command = new ArrayList<String>(prefix);
    command.addAll(words);
    return command;
  }

  /** Gives a file or an empty directory to this account. */
  void own(Path path) throws IOException {
    boolean owned = (int) Files.getAttribute(path, "unix:uid") == userId;
    if (!owned) {
      Files.setAttribute(path, "unix:gid", groupId);
      Files.setAttribute(path, "unix:uid", userId);
    }
  }

  /** Gives a directory that root has just created to the owner of the one it is in. */
  static void ownLikeParent(Path directory) throws IOException {
    if (self() == ROOT) {
      for (var attribute : List.of("unix:gid", "unix:uid")) {
        Files.setAttribute(
            directory, attribute, Files.getAttribute(directory.getParent(), attribute));
      }
    }
  }

  /** Asks the file system: {@code UnixSystem} takes a user without a name for root. */
  private static int self() throws IOException {
    var probe = Files.createTempFile("account-", "");
    try {
      return (int) Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }

  private static ServerAccount other(int userId, int groupId) {
    var prefix = List.of("setpriv", "--reuid=" + userId, "--regid=" + groupId, "--clear-groups");
    if (!works(prefix)) {
      throw new PlaygroundException(
          "Postgres refuses to run as root and this machine offers no way to lay root's rights down"
              + " (neither unshare nor setpriv works); start Wadi as another user");
    }
    return new ServerAccount(prefix, userId, groupId);
  }

  private static boolean works(List<String> prefix) {
    var words = new ArrayList<String>(prefix);
    words.add("true");
    try {
      return ServerCommand.exitCode(words) == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
