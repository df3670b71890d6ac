package dev.wadi.pipeline;

/**
 * A pipeline as its file says.
 *
 * @param text the file
 * @param etag changes whenever the file does
 */
public record StoredPipeline(PipelineDefinition definition, String text, String etag) {}
