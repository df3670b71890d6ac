package dev.wadi.consumer;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A process that serves consumer groups.
 *
 * @param process tells it from others, however they are reached
 * @param url where others reach it; null if they cannot
 */
record Owner(UUID process, @Nullable String url) {}
