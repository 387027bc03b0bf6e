/**
 * Model packs: manifest, checksums, roles. A pack that does not hold is refused.
 */
@NullMarked
package dev.facefuse.engine.pack;

import org.jspecify.annotations.NullMarked;
