/**
 * What every door that Spring starts has in common: the settings, the beans behind the doors, the start. Knows the function, its
 * storage and its events, no door.
 */
@NullMarked
package dev.facefuse.function.application;

import org.jspecify.annotations.NullMarked;
