/**
 * Loads the networks of packs and runs them under the memory governor. Inputs and outputs are named arrays of numbers. This package does
 * not know what the numbers mean.
 */
@NullMarked
package dev.facefuse.engine.network;

import org.jspecify.annotations.NullMarked;
