package dev.wadi.pipeline;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of pipeline files, {@code <name>.camel.yaml}. */
public final class PipelineFolder {

  private static final String SUFFIX = ".camel.yaml";
  private static final String BYTE_ORDER_MARK = "\ufeff";
  private static final int ETAG_BYTES = 16;

  private final Path folder;
  private final Predicate<Path> skipped;

  /**
   * @param skipped files to act as if they were not there
   */
  public PipelineFolder(Path folder, Predicate<Path> skipped) {
    this.folder = folder;
    this.skipped = skipped;
  }

  /** Identifies a version of a file. */
  static String etag(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, ETAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * What the folder holds.
   *
   * @param texts of the files that can be read, by name
   * @param unreadable why the others cannot, by name
   */
  public record Contents(
      SortedMap<String, String> texts, SortedMap<String, PipelineFileException> unreadable) {

    /** The names of all files. */
    public SortedSet<String> names() {
      var names = new TreeSet<>(texts.keySet());
      names.addAll(unreadable.keySet());
      return names;
    }
  }

  /** Whether the folder exists: one that is not there says nothing of what should run. */
  public boolean exists() {
    return Files.isDirectory(folder);
  }

  /** All files; none if there is no folder. */
  public Contents contents() throws IOException {
    var contents = new Contents(new TreeMap<>(), new TreeMap<>());
    if (!exists()) {
      return contents;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (var file : files.filter(this::counts).toList()) {
        read(name(file), contents);
      }
    }
    return contents;
  }

  private void read(String name, Contents contents) {
    try {
      var text = text(name);
      if (text != null) {
        contents.texts.put(name, text);
      }
    } catch (PipelineFileException e) {
      contents.unreadable.put(name, e);
    }
  }

  /**
   * The text of one pipeline's file; null if there is none.
   *
   * @throws PipelineFileException if it cannot be read
   */
  @Nullable String text(String name) throws PipelineFileException {
    if (!holds(name)) {
      return null;
    }
    try {
      var text = Files.readString(file(name));
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new PipelineFileException(0, "must be UTF-8; save it as UTF-8");
    } catch (IOException e) {
      if (!holds(name)) {
        return null;
      }
      throw new PipelineFileException(
          0, "cannot be read (" + e + "); make it a file that Wadi may read, or take it away");
    }
  }

  /** Whether there is a file of that name, which may be one that cannot be read. */
  boolean holds(String name) {
    return counts(file(name)) && Files.exists(file(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Writes a file so that whoever reads sees the old or the new text, never a part. */
  void write(String name, String text) throws IOException {
    Files.createDirectories(folder);
    var unfinished = folder.resolve("." + name + ".unfinished");
    try {
      Files.writeString(unfinished, text);
      Files.move(unfinished, file(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  void delete(String name) throws IOException {
    Files.deleteIfExists(file(name));
  }

  /** Puts back what was there before. */
  void restore(String name, @Nullable String text) throws IOException {
    if (text == null) {
      delete(name);
      return;
    }
    write(name, text);
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  /** Files that begin with a dot are what editors and file systems leave beside others. */
  private boolean counts(Path file) {
    var name = file.getFileName().toString();
    return name.endsWith(SUFFIX) && !name.startsWith(".") && !skipped.test(file);
  }

  private static String name(Path file) {
    var text = file.getFileName().toString();
    return text.substring(0, text.length() - SUFFIX.length());
  }
}
