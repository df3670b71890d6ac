@NullMarked
package dev.wadi.api;

import org.jspecify.annotations.NullMarked;
