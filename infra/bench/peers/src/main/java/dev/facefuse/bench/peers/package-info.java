/** The same networks in other engines, each as a contestant. Apart from the rest for the sake of their natives. */
@NullMarked
package dev.facefuse.bench.peers;

import org.jspecify.annotations.NullMarked;
