/**
 * A Postgres of Wadi's own to try things on: one data directory, one port on loopback, the table
 * {@code public.regions}. Knows nothing of the rest of Wadi.
 */
@NullMarked
package dev.wadi.playground;

import org.jspecify.annotations.NullMarked;
