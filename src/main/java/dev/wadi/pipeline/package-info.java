@NullMarked
package dev.wadi.pipeline;

import org.jspecify.annotations.NullMarked;
