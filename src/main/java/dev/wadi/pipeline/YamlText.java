package dev.wadi.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A YAML text in which single values are exchanged; all else stays as it is. */
public final class YamlText {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_.,-]*( [A-Za-z0-9_.,-]+)*");
  private static final Pattern PLAIN_PARAMETER = Pattern.compile("[A-Za-z0-9_.,* -]*");
  private static final Set<String> WORDS_WITH_MEANING =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private record Edit(int start, int end, String replacement) {}

  private final String text;

  private final List<Edit> edits = new ArrayList<>();

  public YamlText(String text) {
    this.text = text;
  }

  /** Text as a YAML scalar, quoted only where it must be. */
  static String scalar(String value) {
    boolean plain =
        PLAIN.matcher(value).matches()
            && !WORDS_WITH_MEANING.contains(value.toLowerCase(java.util.Locale.ROOT));
    if (plain) {
      return value;
    }
    boolean single = value.chars().allMatch(c -> c >= ' ' && c != 0x7f);
    return single
        ? "'" + value.replace("'", "''") + "'"
        : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
  }

  /**
   * Sets a field of an object.
   *
   * @param value null to take the field away
   */
  void set(YamlNode object, String field, @Nullable String value) {
    var old = object.field(field);
    var name = object.nameOf(field);
    if (old == null || name == null) {
      add(object, field, value);
      return;
    }
    if (value == null) {
      edits.add(new Edit(lineStart(name.start()), lineEnd(old.end()), ""));
      return;
    }
    if (!value.equals(old.text())) {
      replace(old, value);
    }
  }

  /** Puts a scalar in place of another. */
  public void replace(YamlNode old, String value) {
    boolean endsLine =
        old.end() > 0 && text.charAt(text.offsetByCodePoints(0, old.end()) - 1) == '\n';
    edits.add(new Edit(old.start(), old.end(), scalar(value) + (endsLine ? "\n" : "")));
  }

  /** Marks the values of an object that hold more than simple characters as not to be decoded. */
  public void setRaw(@Nullable YamlNode object) {
    if (object == null) {
      return;
    }
    for (var value : object.fields().values()) {
      var text = value.text();
      boolean marked =
          text == null || PLAIN_PARAMETER.matcher(text).matches() || text.startsWith("RAW");
      if (!marked) {
        replace(value, text.contains(")&") ? "RAW{" + text + "}" : "RAW(" + text + ")");
      }
    }
  }

  /** The text with what was set. */
  public String text() {
    var result = new StringBuilder(text);
    // From the end to the beginning, so that places before an edit stay what they are.
    edits.sort(Comparator.comparingInt(Edit::start).reversed());
    for (var edit : edits) {
      result.replace(
          text.offsetByCodePoints(0, edit.start()),
          text.offsetByCodePoints(0, edit.end()),
          edit.replacement());
    }
    return result.toString();
  }

  private void add(YamlNode object, String field, @Nullable String value) {
    if (value != null) {
      int start = object.start();
      var lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
      var line = field + ": " + scalar(value) + lineEnd + " ".repeat(object.column());
      edits.add(new Edit(start, start, line));
    }
  }

  private int lineStart(int codePoint) {
    int at = text.offsetByCodePoints(0, codePoint);
    return text.codePointCount(0, text.lastIndexOf('\n', at) + 1);
  }

  private int lineEnd(int codePoint) {
    int at = text.offsetByCodePoints(0, codePoint);
    int before = at > 0 && text.charAt(at - 1) == '\n' ? at - 1 : at;
    int newline = text.indexOf('\n', before);
    return text.codePointCount(0, newline < 0 ? text.length() : newline + 1);
  }
}
