@NullMarked
package dev.wadi.playground;

import org.jspecify.annotations.NullMarked;
