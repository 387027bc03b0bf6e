/** Everybody at once at one server, for as long as wanted, and a verdict. */
@NullMarked
package dev.facefuse.soak;

import org.jspecify.annotations.NullMarked;
