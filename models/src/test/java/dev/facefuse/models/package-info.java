/** What the embedded pack promises: its checksums, its shapes, and the outputs of the networks it was converted from. */
@NullMarked
package dev.facefuse.models;

import org.jspecify.annotations.NullMarked;
