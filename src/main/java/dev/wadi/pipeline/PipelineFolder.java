package dev.wadi.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of pipeline files, {@code <name>.camel.yaml}. */
public final class PipelineFolder {

  private static final String SUFFIX = ".camel.yaml";
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

  /** The texts of all files by pipeline. */
  public SortedMap<String, String> texts() throws IOException {
    var texts = new TreeMap<String, String>();
    if (!Files.isDirectory(folder)) {
      return texts;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (var file : files.filter(this::counts).toList()) {
        var name = name(file);
        var text = text(name);
        if (text != null) {
          texts.put(name, text);
        }
      }
    }
    return texts;
  }

  /** The text of one pipeline's file; null if there is none. */
  @Nullable String text(String name) throws IOException {
    try {
      return counts(file(name))
          ? new String(Files.readAllBytes(file(name)), StandardCharsets.UTF_8)
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
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

  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  private boolean counts(Path file) {
    return file.getFileName().toString().endsWith(SUFFIX)
        && Files.isRegularFile(file)
        && !skipped.test(file);
  }

  private static String name(Path file) {
    var text = file.getFileName().toString();
    return text.substring(0, text.length() - SUFFIX.length());
  }
}
