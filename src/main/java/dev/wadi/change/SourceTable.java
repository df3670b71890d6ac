package dev.wadi.change;

/** The table that a change happened in, under the name it had then. */
public record SourceTable(long oid, String schema, String name) {}
