@NullMarked
package dev.wadi.kit;

import org.jspecify.annotations.NullMarked;
