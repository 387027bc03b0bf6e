package dev.facefuse.nativelib;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;

/**
 * What a JVM cannot do to its own process: set an environment variable that native libraries will see, give free heap
 * back to the kernel, and ask how much memory is in use and how much resident.
 *
 * <p>A small JNI library of its own, built with this module, without libtorch. Byte counts are 0 and switches
 * {@code false} where an operating system has no such thing; every method says which.
 */
@Platform(include = "process_native.h", library = "jnifacefuse", compiler = "cpp11")
@Namespace("facefuse")
public final class ProcessNative {

    static {
        NativeLibraries.prepare();
        Loader.load(ProcessNative.class);
        ReclaimedPointers.watch();
    }

    private ProcessNative() {}

    /**
     * Sets a variable in the environment that native code reads with {@code getenv}.
     * {@link System#getenv(String)} keeps showing the value the JVM started with. Not safe while another thread's native
     * code reads its environment: meant for the start of a process.
     */
    public static void setEnvironment(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Not a name and value for an environment variable: " + name);
        }
        if (!set_environment(name, value)) {
            throw new IllegalStateException("The environment variable " + name + " could not be set");
        }
    }

    /** The variable as native code sees it now, or null where it is not set. */
    public static @Nullable String getEnvironment(String name) {
        return get_environment(name);
    }

    /**
     * Gives the C heap's free pages back to the kernel ({@code malloc_trim(0)}).
     *
     * @return whether any memory was given back; always false on macOS and with a C library other than glibc
     */
    public static boolean trim() {
        return trim_heap();
    }

    /**
     * Lets go of the resident pages of libraries' code, libtorch's among them: some 50 MB, of which what runs comes back from the
     * file cache. For a moment at which memory is short.
     *
     * @return whether anything was tried; only on Linux
     */
    public static boolean dropCode() {
        return drop_code();
    }

    /**
     * Makes every block of the C heap from this size on a mapping of its own, which goes back to the kernel when it is freed
     * ({@code mallopt(M_MMAP_THRESHOLD)}). glibc stops adapting that size by itself then.
     *
     * @param bytes 0 to {@link Integer#MAX_VALUE}
     * @return whether the C library did so; always false with one other than glibc; older ones of those refuse more than 32 MiB
     */
    public static boolean setMmapThreshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("A block of " + bytes + " bytes: give 0 or more");
        }
        return set_mmap_threshold(bytes);
    }

    /**
     * Bytes of the C heap that are in use ({@code mallinfo2}: uordblks and hblkhd of all arenas), whether resident or not: what
     * libtorch's host tensors, the JVM's own C++ and everybody else have allocated and not freed. 0 where unknown: with glibc
     * before 2.33 and any other C library.
     */
    public static long heapBytes() {
        return heap_bytes();
    }

    /** Bytes of this process in physical memory (VmRSS; macOS: resident_size); 0 where unknown. */
    public static long residentBytes() {
        return resident_bytes();
    }

    /** The most that {@link #residentBytes()} has been since {@link #resetPeak()} (VmHWM; macOS: since the start). */
    public static long peakResidentBytes() {
        return peak_resident_bytes();
    }

    /**
     * Starts {@link #peakResidentBytes()} again from now.
     *
     * @return whether the kernel did so; false on macOS and where /proc/self/clear_refs may not be written
     */
    public static boolean resetPeak() {
        return reset_peak();
    }

    /**
     * Stops a loaded library from printing to standard error, by replacing the functions that it prints with. Other libraries, and what
     * this library writes elsewhere, stay as they are.
     *
     * @param library the start of the library's file name, such as {@code libopencv_imgcodecs.so}
     * @return how many of its calls were replaced; 0 on other systems than 64-bit Linux with glibc
     */
    public static int silenceStandardError(String library) {
        return silence_standard_error(library);
    }

    /** Whether the processor computes in bfloat16 (AVX512-BF16 or AMX); false on anything but x86-64 Linux. */
    static boolean hasBfloat16() {
        return has_bfloat16();
    }

    /** A descriptor of a file to read, the caller's to {@link #closeDescriptor}; or the negative errno. */
    static int open(String path) {
        return open_file(path);
    }

    /**
     * Tells an open file from others.
     *
     * @param identity gets device, inode, size (-1 if it is no regular file), seconds and nanoseconds of the status change
     * @return 0 or an errno
     */
    static int identity(int descriptor, long[] identity) {
        return descriptor_identity(descriptor, identity);
    }

    /** The same of the file that a path leads to now. */
    static int identity(String path, long[] identity) {
        return path_identity(path, identity);
    }

    /**
     * Reads from a position of an open file until the buffer is full or the file ends.
     *
     * @return bytes that were read, or the negative errno
     */
    static long read(int descriptor, long position, byte[] buffer) {
        return read_file(descriptor, position, buffer, buffer.length);
    }

    /** An open file's bytes, read-only, until {@link #unmap}; null where that fails, as for an empty file. */
    static @Nullable Pointer map(int descriptor, long size) {
        return map_file(descriptor, size);
    }

    static void unmap(Pointer bytes, long size) {
        unmap_file(bytes, size);
    }

    /** The pages of a mapped file leave physical memory, and come back from the file when they are touched. */
    static void letGo(Pointer bytes, long size) {
        let_go(bytes, size);
    }

    static boolean sameBytes(Pointer one, Pointer other, long size) {
        return same_bytes(one, other, size);
    }

    /** A reference to a file below a folder, no link followed: a descriptor, or the negative error number. */
    static int openBeneath(String folder, String relative) {
        return open_beneath(folder, relative);
    }

    /** A new file without a name: a descriptor, or the negative error number. */
    static int openUnnamed(String folder) {
        return open_unnamed(folder);
    }

    /** Names an unnamed file: 0, or the negative error number. */
    static int linkUnnamed(int file, String path) {
        return link_unnamed(file, path);
    }

    static void closeDescriptor(int file) {
        close_descriptor(file);
    }

    static String errorText(int error) {
        return error_text(error);
    }

    /** A {@code std::istream*} over bytes that must outlive it; {@link #closeMemoryStream} must follow. */
    static Pointer openMemoryStream(Pointer data, long size) {
        return open_memory_stream(data, size);
    }

    /** As {@link #openMemoryStream}, over a mapping whose pages leave physical memory again as they are read. */
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
