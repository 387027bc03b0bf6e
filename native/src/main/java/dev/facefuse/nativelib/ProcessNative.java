package dev.facefuse.nativelib;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Operations on this process that Java lacks: set an environment variable that native libraries see, return free heap memory to the
 * kernel, measure memory in use and resident memory, and open, map and identify files.
 *
 * <p>A small JNI library that is built with this module and does not need libtorch. On operating systems that do not support an
 * operation, a method returns 0 bytes or {@code false}; each method says where.
 */
@Platform(include = "process_native.h", library = "jnifacefuse", compiler = "cpp11")
@Namespace("facefuse")
public final class ProcessNative {

    static {
        NativeLibraries.prepare();
        Loader.load(ProcessNative.class);
        LeakedPointers.start();
    }

    private ProcessNative() {}

    /**
     * Sets a variable in the environment that native code reads with {@code getenv}. {@link System#getenv(String)} does not change.
     * Not safe while native code in another thread reads the environment, so call it only at the start of a process.
     */
    public static void setEnvironment(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Not a name and value for an environment variable: " + name);
        }
        if (!set_environment(name, value)) {
            throw new IllegalStateException("The environment variable " + name + " could not be set");
        }
    }

    /** The value of a variable as native code sees it now; null if it is not set. */
    public static @Nullable String getEnvironment(String name) {
        return get_environment(name);
    }

    /**
     * Returns the free pages of the C heap to the kernel ({@code malloc_trim(0)}).
     *
     * @return whether any memory was returned; always false on macOS and with a C library other than glibc
     */
    public static boolean trim() {
        return trim_heap();
    }

    /**
     * Releases the resident pages of all libraries' code, about 50 MB, most of them libtorch's. The kernel reloads the pages that are
     * still needed from the file cache. Meant for times when memory is short.
     *
     * @return false if this system does not support it: any system other than Linux
     */
    public static boolean dropCode() {
        return drop_code();
    }

    /**
     * Makes the C heap use a separate mapping for every block of at least this size, which returns to the kernel when it is
     * freed ({@code mallopt(M_MMAP_THRESHOLD)}). glibc then no longer adapts the threshold itself.
     *
     * @param bytes 0 to {@link Integer#MAX_VALUE}
     * @return whether the C library accepted it; always false without glibc; old versions of glibc reject more than 32 MiB
     */
    public static boolean setMmapThreshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("A block of " + bytes + " bytes: give 0 or more");
        }
        return set_mmap_threshold(bytes);
    }

    /**
     * The bytes of the C heap in use, whether resident or not ({@code mallinfo2}: uordblks and hblkhd of all arenas). They contain
     * libtorch's host tensors and the allocations of the JVM's own C++ code. 0 if unknown: with glibc before 2.33 and any other C
     * library.
     */
    public static long heapBytes() {
        return heap_bytes();
    }

    /** The bytes of this process in physical memory (VmRSS; macOS: resident_size); 0 if unknown. */
    public static long residentBytes() {
        return resident_bytes();
    }

    /** The maximum of {@link #residentBytes()} since the last {@link #resetPeak()} (VmHWM; macOS: since the start). */
    public static long peakResidentBytes() {
        return peak_resident_bytes();
    }

    /**
     * Resets {@link #peakResidentBytes()} to the current value.
     *
     * @return whether that worked; false on macOS and if /proc/self/clear_refs is not writable
     */
    public static boolean resetPeak() {
        return reset_peak();
    }

    /**
     * Stops a loaded library from printing to standard error, by replacing the C functions that it prints with. Its other output, and
     * the output of other libraries, does not change.
     *
     * @param library the start of the library's file name, such as {@code libopencv_imgcodecs.so}
     * @return the number of function references that were replaced; 0 on any system other than 64-bit Linux with glibc
     */
    public static int silenceStandardError(String library) {
        return silence_standard_error(library);
    }

    /** Whether the CPU computes in bfloat16 (AVX512-BF16 or AMX); always false on any system other than x86-64 Linux. */
    static boolean hasBfloat16() {
        return has_bfloat16();
    }

    /** Opens a file for reading. Returns a descriptor that the caller must {@linkplain #closeDescriptor close}, or the negative errno. */
    static int open(String path) {
        return open_file(path);
    }

    /**
     * Reads the identity of an open file.
     *
     * @param identity receives five numbers: device, inode, size (-1 if it is not a regular file), and the seconds and nanoseconds of
     *     the status change
     * @return 0 or an errno
     */
    static int identity(int descriptor, long[] identity) {
        return descriptor_identity(descriptor, identity);
    }

    /** Like {@link #identity(int, long[])}, for the file at a path. Symbolic links are followed. */
    static int identity(String path, long[] identity) {
        return path_identity(path, identity);
    }

    /**
     * Reads from a position of an open file until the buffer is full or the file ends.
     *
     * @return the number of bytes read, or the negative errno
     */
    static long read(int descriptor, long position, byte[] buffer) {
        return read_file(descriptor, position, buffer, buffer.length);
    }

    /** Maps an open file read-only, until {@link #unmap}. Returns null if that fails, for example for an empty file. */
    static @Nullable Pointer map(int descriptor, long size) {
        return map_file(descriptor, size);
    }

    static void unmap(Pointer bytes, long size) {
        unmap_file(bytes, size);
    }

    /** Releases the physical memory of a mapped file. The kernel reloads its pages from the file when they are read. */
    static void releasePages(Pointer bytes, long size) {
        let_go(bytes, size);
    }

    static boolean sameBytes(Pointer one, Pointer other, long size) {
        return same_bytes(one, other, size);
    }

    /** Opens a reference to a file below a folder without following links. Returns a descriptor, or the negative errno. */
    static int openBeneath(String folder, String relative) {
        return open_beneath(folder, relative);
    }

    /** Creates a file without a name. Returns a descriptor, or the negative errno. */
    static int openUnnamed(String folder) {
        return open_unnamed(folder);
    }

    /** Names an unnamed file. Returns 0, or the negative errno. */
    static int linkUnnamed(int file, String path) {
        return link_unnamed(file, path);
    }

    static void closeDescriptor(int file) {
        close_descriptor(file);
    }

    static String errorText(int error) {
        return error_text(error);
    }

    /** Creates a {@code std::istream*} over bytes that must outlive it. The caller must {@linkplain #closeMemoryStream close} it. */
    static Pointer openMemoryStream(Pointer data, long size) {
        return open_memory_stream(data, size);
    }

    /** Like {@link #openMemoryStream}, over a mapped file whose pages are released after they were read. */
    static Pointer openMappedStream(Pointer data, long size) {
        return open_mapped_stream(data, size);
    }

    static void closeMemoryStream(Pointer stream) {
        close_memory_stream(stream);
    }

    private static native @Cast("bool") boolean set_environment(
            @Cast("const char*") String name, @Cast("const char*") String value);

    private static native @Cast("const char*") @Nullable String get_environment(@Cast("const char*") String name);

    private static native @Cast("bool") boolean trim_heap();

    private static native @Cast("bool") boolean drop_code();

    private static native @Cast("bool") boolean set_mmap_threshold(int bytes);

    private static native @Cast("long long") long heap_bytes();

    private static native @Cast("long long") long resident_bytes();

    private static native @Cast("long long") long peak_resident_bytes();

    private static native @Cast("bool") boolean reset_peak();

    private static native @Cast("bool") boolean has_bfloat16();

    private static native int open_file(@Cast("const char*") String path);

    private static native int descriptor_identity(int descriptor, @Cast("long long*") long[] identity);

    private static native int path_identity(@Cast("const char*") String path, @Cast("long long*") long[] identity);

    private static native @Cast("long long") long read_file(
            int descriptor,
            @Cast("long long") long position,
            @Cast("signed char*") byte[] bytes,
            @Cast("long long") long size);

    private static native @Nullable Pointer map_file(int descriptor, @Cast("long long") long size);

    private static native void unmap_file(Pointer bytes, @Cast("long long") long size);

    private static native void let_go(Pointer bytes, @Cast("long long") long size);

    private static native @Cast("bool") boolean same_bytes(
            @Cast("const void*") Pointer one, @Cast("const void*") Pointer other, @Cast("long long") long size);

    private static native int open_beneath(@Cast("const char*") String folder, @Cast("const char*") String relative);

    private static native int open_unnamed(@Cast("const char*") String folder);

    private static native int link_unnamed(int file, @Cast("const char*") String path);

    private static native void close_descriptor(int file);

    private static native @Cast("const char*") String error_text(int error);

    private static native Pointer open_memory_stream(Pointer data, @Cast("long long") long size);

    private static native Pointer open_mapped_stream(Pointer data, @Cast("long long") long size);

    private static native void close_memory_stream(Pointer stream);

    private static native int silence_standard_error(String library);
}
