@NullMarked
package dev.wadi.change;

import org.jspecify.annotations.NullMarked;
