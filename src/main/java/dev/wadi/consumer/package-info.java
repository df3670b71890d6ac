@NullMarked
package dev.wadi.consumer;

import org.jspecify.annotations.NullMarked;
