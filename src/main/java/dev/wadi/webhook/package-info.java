@NullMarked
package dev.wadi.webhook;

import org.jspecify.annotations.NullMarked;
