/** Tests of the embedded pack: its checksums, its shapes, and the outputs of the original networks. */
@NullMarked
package dev.facefuse.models;

import org.jspecify.annotations.NullMarked;
