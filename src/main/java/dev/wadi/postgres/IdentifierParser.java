package dev.wadi.postgres;

/** Splits a dotted name into its identifiers, honouring SQL quotes. */
final class IdentifierParser {

  private final String text;
  private int at;

  IdentifierParser(String text) {
    this.text = text.strip();
  }

  boolean atEnd() {
    return at >= text.length();
  }

  String next() {
    boolean quoted = at < text.length() && text.charAt(at) == '"';
    String identifier = quoted ? quotedPart() : plainPart();
    if (identifier.isEmpty()) {
      throw refused("expected table or schema.table");
    }
    if (atEnd()) {
      return identifier;
    }
    if (text.charAt(at) != '.' || at == text.length() - 1) {
      throw refused("expected table or schema.table");
    }
    at++;
    return identifier;
  }

  IllegalArgumentException refused(String rule) {
    return new IllegalArgumentException(
        "table name '"
            + text
            + "': "
            + rule
            + "; quote a part that holds a dot or a quote, as in public.\"a.b\"");
  }

  private String plainPart() {
    int start = at;
    while (at < text.length() && text.charAt(at) != '.') {
      if (text.charAt(at) == '"') {
        throw refused("a quote inside an unquoted part");
      }
      at++;
    }
    return text.substring(start, at).strip();
  }

  private String quotedPart() {
    var identifier = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '"') {
        identifier.append(c);
        continue;
      }
      at++;
      boolean doubled = at < text.length() && text.charAt(at) == '"';
      if (!doubled) {
        return identifier.toString();
      }
      identifier.append('"');
    }
    throw refused("a quote is not closed");
  }
}
