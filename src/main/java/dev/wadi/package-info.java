@NullMarked
package dev.wadi;

import org.jspecify.annotations.NullMarked;
