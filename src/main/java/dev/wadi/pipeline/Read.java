package dev.wadi.pipeline;

import dev.wadi.change.Change;

/** A row as a backfill read it, and the pipeline that it is for. */
public record Read(String pipeline, Change change) {}
