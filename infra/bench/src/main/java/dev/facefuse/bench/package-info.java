/**
 * This project beside its peers: contestants, each a process of its own, run the same networks on the same inputs in turn. What
 * has to look into the engine (its pipeline, its crops) is in the packages of the same names; nothing here is part of the product.
 */
@NullMarked
package dev.facefuse.bench;

import org.jspecify.annotations.NullMarked;
