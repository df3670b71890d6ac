@NullMarked
package dev.wadi.stream;

import org.jspecify.annotations.NullMarked;
