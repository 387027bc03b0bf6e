/** libtorch and CUDA through JavaCPP: load, configure, run, measure, free. Only this package imports org.bytedeco.pytorch. */
@NullMarked
package dev.facefuse.nativelib;

import org.jspecify.annotations.NullMarked;
