/**
 * Everything that entry points with Spring have in common: settings, beans and the start. It depends on the function, its storage and its
 * events, but on no entry point.
 */
@NullMarked
package dev.facefuse.function.application;

import org.jspecify.annotations.NullMarked;
