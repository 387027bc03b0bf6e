package dev.facefuse.nativelib;

/**
 * What JavaCPP reads once, from system properties, when its classes initialise: this must come first, in every class that
 * may be first. What the user has set stays.
 */
final class JavaCppSettings {

    /** Which variants of natives JavaCPP looks for; unset is all of them. */
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

    private JavaCppSettings() {}

    /**
     * Lifts JavaCPP's limit on memory, and spares it the search for CUDA's libraries where only CPU natives are present.
     *
     * <p>By default {@code Pointer} refuses to allocate once the process passes a multiple of the Java heap's limit, after
     * ten rounds of {@code System.gc()} and a sleep. The heap says nothing about what libtorch may use; the memory governor
     * does. The search costs a quarter of a second of a start.
     */
    static void apply() {
        setWhereUnset("org.bytedeco.javacpp.maxBytes", "org.bytedeco.javacpp.maxbytes", "0");
        setWhereUnset("org.bytedeco.javacpp.maxPhysicalBytes", "org.bytedeco.javacpp.maxphysicalbytes", "0");
        if (!LibraryIndex.hasGpuNatives()) {
            setWhereUnset(EXTENSION, EXTENSION, "");
        }
        LibraryIndex.install();
    }

    /** Most properties have two spellings; either may be the user's. */
    private static void setWhereUnset(String property, String lowerCase, String value) {
        if (System.getProperty(property) == null && System.getProperty(lowerCase) == null) {
            System.setProperty(lowerCase, value);
        }
    }
}
