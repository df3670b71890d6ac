@NullMarked
package dev.wadi.capture;

import org.jspecify.annotations.NullMarked;
