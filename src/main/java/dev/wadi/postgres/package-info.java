@NullMarked
package dev.wadi.postgres;

import org.jspecify.annotations.NullMarked;
