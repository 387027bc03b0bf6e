/** A soak test: all kinds of clients use and attack one server at the same time; a verdict says whether it held. */
@NullMarked
package dev.facefuse.soak;

import org.jspecify.annotations.NullMarked;
