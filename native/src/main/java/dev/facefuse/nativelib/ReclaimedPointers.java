package dev.facefuse.nativelib;

import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;

/**
 * Frees the native objects that the garbage collector found, in place of JavaCPP's own thread, and counts them.
 *
 * <p>JavaCPP puts a phantom reference behind every pointer that owns memory: OpenCV's images, rectangles and sizes, libtorch's
 * tensors, arrays. A pointer that is closed takes its reference out of the queue, so whatever arrives there was not closed.
 * JavaCPP's thread frees it silently. This class ends that thread and reads its queue.
 */
final class ReclaimedPointers {
    private static final System.Logger LOG = System.getLogger(SafetyNet.class.getName());
    private static final AtomicLong COUNT = new AtomicLong();
    private static boolean watched;

    private final ReferenceQueue<?> queue;
    private final Field deallocator;
    private final Field bytes;
    private final Method remove;

    private ReclaimedPointers() throws ReflectiveOperationException {
        Class<?> reference = Class.forName(Pointer.class.getName() + "$DeallocatorReference");
        this.deallocator = opened(reference.getDeclaredField("deallocator"));
        this.bytes = opened(reference.getDeclaredField("bytes"));
        this.remove = reference.getDeclaredMethod("remove");
        this.remove.setAccessible(true);
        this.queue = (ReferenceQueue<?>)
                opened(Pointer.class.getDeclaredField("referenceQueue")).get(null);
    }

    private static Field opened(Field field) {
        field.setAccessible(true);
        return field;
    }

    /** Takes over from JavaCPP's thread, once a process. With another JavaCPP nothing changes, and nothing is counted. */
    static synchronized void watch() {
        if (watched) {
            return;
        }
        watched = true;
        try {
            ReclaimedPointers pointers = new ReclaimedPointers();
            if (pointers.queue == null) {
                return; // The user has switched off JavaCPP's own net (noPointerGC).
            }
            Pointer.interruptDeallocatorThread();
            Thread thread = new Thread(pointers::run, "facefuse-reclaimed-pointers");
            thread.setDaemon(true);
            thread.start();
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "Native objects left to the garbage collector are not counted: {0}", e.toString());
        }
    }

    /** How many were found since the process started. */
    static long count() {
        return COUNT.get();
    }

    private void run() {
        try {
            while (true) {
                free(queue.remove());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.ERROR, "Native objects left to the garbage collector are not freed any more", e);
        }
    }

    private void free(Reference<?> reference) throws ReflectiveOperationException {
        if (deallocator.get(reference) != null) {
            report(bytes.getLong(reference));
        }
        reference.clear();
        remove.invoke(reference);
    }

    /** Logs the first, second, fourth, eighth … object, so that a defect in a loop does not fill the log. */
    private static void report(long size) {
        long number = COUNT.incrementAndGet();
        if (Long.bitCount(number) == 1) {
            LOG.log(
                    Level.ERROR,
                    "A native object of " + size + " bytes was never closed and the garbage collector found it, the "
                            + number + ". since the start; -Dorg.bytedeco.javacpp.nativeAllocationTracer=true records"
                            + " where objects are made");
        }
    }
}
