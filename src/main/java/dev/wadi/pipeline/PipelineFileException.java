package dev.wadi.pipeline;

/** A pipeline's file says something that is not allowed, or says it in a way not understood. */
public final class PipelineFileException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;

  /**
   * @param line where, from 1; 0 if the rule concerns the file as a whole
   */
  public PipelineFileException(int line, String rule) {
    super(line > 0 ? "line " + line + ": " + rule : rule);
    this.line = line;
  }

  public int line() {
    return line;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
