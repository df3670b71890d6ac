@NullMarked
package dev.wadi.eventtable;

import org.jspecify.annotations.NullMarked;
