package dev.wadi.console;

/**
 * One file of the console.
 *
 * @param type its {@code Content-Type}
 * @param etag what tells this version from others, in quotes
 */
record ConsoleFile(byte[] bytes, String type, String etag) {}
