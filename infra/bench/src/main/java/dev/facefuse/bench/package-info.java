/**
 * This project beside its peers: contestants, each a process of its own, run the same networks on the same inputs in turn. Classes
 * that need package-private parts of the engine are in the packages of the same names. Nothing here is part of the product.
 */
@NullMarked
package dev.facefuse.bench;

import org.jspecify.annotations.NullMarked;
