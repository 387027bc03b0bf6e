/** Model packs: their manifest, the verification of their files, and loading networks. An invalid pack is rejected. */
@NullMarked
package dev.facefuse.engine.pack;

import org.jspecify.annotations.NullMarked;
