/**
 * This project beside its peers: contestants, each a process of its own, run the same networks on the same inputs in turn. Not
 * part of the product.
 */
@NullMarked
package dev.facefuse.bench;

import org.jspecify.annotations.NullMarked;
