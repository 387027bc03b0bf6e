package dev.facefuse.nativelib;

/**
 * JavaCPP's own idea of how much memory a process may use, switched off on purpose.
 *
 * <p>By default {@code Pointer} refuses to allocate once the process passes a multiple of the Java heap's limit, after ten
 * rounds of {@code System.gc()} and a sleep. The heap says nothing about what libtorch may use; the memory governor does.
 * JavaCPP reads the limits once, when {@code Pointer} initialises: this must come first, in every class that may be first.
 */
final class JavaCppLimits {

    private JavaCppLimits() {}

    static void lift() {
        setWhereUnset("org.bytedeco.javacpp.maxBytes", "org.bytedeco.javacpp.maxbytes");
        setWhereUnset("org.bytedeco.javacpp.maxPhysicalBytes", "org.bytedeco.javacpp.maxphysicalbytes");
    }

    /** Both spellings are read, the first one wins. */
    private static void setWhereUnset(String property, String lowerCase) {
        if (System.getProperty(property) == null && System.getProperty(lowerCase) == null) {
            System.setProperty(lowerCase, "0");
        }
    }
}
