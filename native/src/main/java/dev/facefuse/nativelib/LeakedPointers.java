package dev.facefuse.nativelib;

import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;

/**
 * Counts the native objects that the garbage collector frees because nobody closed them.
 *
 * <p>JavaCPP creates a phantom reference for every pointer that owns memory: OpenCV's images, rectangles and sizes, libtorch's
 * tensors, arrays. Closing a pointer removes its reference, so a reference that reaches the queue belongs to a pointer that was not
 * closed. JavaCPP's own thread frees such objects silently. This class stops that thread, and reads its queue instead.
 */
final class LeakedPointers {
    private static final System.Logger LOG = System.getLogger(LeakTracker.class.getName());
    private static final AtomicLong COUNT = new AtomicLong();
    private static boolean started;

    private final ReferenceQueue<?> queue;
    private final Field deallocator;
    private final Field bytes;
    private final Method remove;

    private LeakedPointers() throws ReflectiveOperationException {
        Class<?> reference = Class.forName(Pointer.class.getName() + "$DeallocatorReference");
        this.deallocator = accessible(reference.getDeclaredField("deallocator"));
        this.bytes = accessible(reference.getDeclaredField("bytes"));
        this.remove = reference.getDeclaredMethod("remove");
        this.remove.setAccessible(true);
        this.queue = (ReferenceQueue<?>)
                accessible(Pointer.class.getDeclaredField("referenceQueue")).get(null);
    }

    private static Field accessible(Field field) {
        field.setAccessible(true);
        return field;
    }

    /**
     * Replaces JavaCPP's thread, once per process. If this version of JavaCPP is not supported, its thread keeps running and nothing
     * is counted.
     */
    static synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        try {
            LeakedPointers pointers = new LeakedPointers();
            if (pointers.queue == null) {
                return; // The user has disabled JavaCPP's deallocation by the garbage collector (noPointerGC).
            }
            Pointer.interruptDeallocatorThread();
            Thread thread = new Thread(pointers::run, "facefuse-reclaimed-pointers");
            thread.setDaemon(true);
            thread.start();
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "Native objects that are not closed cannot be counted: {0}", e.toString());
        }
    }

    /** The number of objects that leaked since the process started. */
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
            LOG.log(Level.ERROR, "Native objects that are not closed are no longer freed", e);
        }
    }

    private void free(Reference<?> reference) throws ReflectiveOperationException {
        if (deallocator.get(reference) != null) {
            report(bytes.getLong(reference));
        }
        reference.clear();
        remove.invoke(reference);
    }

    /** Logs the first, second, fourth, eighth … object, so that a leak in a loop does not fill the log. */
    private static void report(long size) {
        long number = COUNT.incrementAndGet();
        if (Long.bitCount(number) == 1) {
            LOG.log(
                    Level.ERROR,
                    "A native object of " + size + " bytes was never closed; the garbage collector freed it (number "
                            + number + " since the start). -Dorg.bytedeco.javacpp.nativeAllocationTracer=true records"
                            + " where objects are created");
        }
    }
}
