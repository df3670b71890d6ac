@NullMarked
package dev.wadi.console;

import org.jspecify.annotations.NullMarked;
