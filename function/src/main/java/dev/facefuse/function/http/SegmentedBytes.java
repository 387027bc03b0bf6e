package dev.facefuse.function.http;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that grow by segments and can be read once: a segment is released as soon as it is read. They take no more memory than the bytes
 * that have arrived, whatever length was announced. For one thread at a time.
 */
final class SegmentedBytes {
    private static final int SEGMENT_BYTES = 64 << 10;

    private final Deque<byte[]> segments = new ArrayDeque<>();
    private int lastLength;
    private long length;

    /** Bytes that have been appended. */
    long length() {
        return length;
    }

    /** Appends the buffer's remaining bytes. */
    void append(ByteBuffer from) {
        while (from.hasRemaining()) {
            byte[] last = segments.peekLast();
            if (last == null || lastLength == last.length) {
                last = new byte[SEGMENT_BYTES];
                segments.addLast(last);
                lastLength = 0;
            }
            int count = Math.min(from.remaining(), last.length - lastLength);
            from.get(last, lastLength, count);
            lastLength += count;
            length += count;
        }
    }

    /** The memory of the segments that have not been read, in bytes. */
    long heldBytes() {
        return (long) segments.size() * SEGMENT_BYTES;
    }

    /** Releases everything. */
    void clear() {
        segments.clear();
        lastLength = 0;
    }

    /** A stream of the bytes; call this once. */
    InputStream consume() {
        return new Consuming();
    }

    private final class Consuming extends InputStream {
        private byte @Nullable [] segment;
        private int position;
        private int end;

        @Override
        public int read() {
            return next() ? Byte.toUnsignedInt(Objects.requireNonNull(segment)[position++]) : -1;
        }

        @Override
        public int read(byte[] into, int from, int count) {
            Objects.checkFromIndexSize(from, count, into.length);
            if (count == 0) {
                return 0;
            }
            if (!next()) {
                return -1;
            }
            int copied = Math.min(count, end - position);
            System.arraycopy(Objects.requireNonNull(segment), position, into, from, copied);
            position += copied;
            return copied;
        }

        @Override
        public int available() {
            return end - position;
        }

        private boolean next() {
            while (position == end) {
                segment = segments.pollFirst();
                if (segment == null) {
                    return false;
                }
                position = 0;
                end = segments.isEmpty() ? lastLength : segment.length;
            }
            return true;
        }
    }
}
