/** libtorch and CUDA behind JavaCPP: load, configure, run, measure, free. The only door to org.bytedeco.pytorch. */
@NullMarked
package dev.facefuse.nativelib;

import org.jspecify.annotations.NullMarked;
