package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A block of metadata where it stands in a file. Nothing is copied until it is asked for, and never more than is asked for.
 *
 * @param pieces it is made of, in their order
 * @param deflated whether it is one piece of zlib data
 */
record Block(Collection<EncodedBytes> pieces, boolean deflated) {
    private static final int INFLATED_AT_ONCE = 8 << 10;

    /** One that is announced and not there. */
    static final Block EMPTY = new Block(List.of(), false);

    static Block of(EncodedBytes piece) {
        return new Block(List.of(piece), false);
    }

    static Block deflated(EncodedBytes piece) {
        return new Block(List.of(piece), true);
    }

    /**
     * The block in one.
     *
     * @param most bytes
     * @throws FuseException {@code bad-picture} if it has more, or cannot be inflated
     */
    byte[] bytes(int most) {
        return deflated ? inflated(pieces.iterator().next(), most) : joined(most);
    }

    private byte[] joined(int most) {
        long length = pieces.stream().mapToLong(EncodedBytes::length).sum();
        requireAtMost(most, length);
        ByteBuffer all = ByteBuffer.allocate((int) length);
        pieces.forEach(piece -> all.put(piece.view()));
        return all.array();
    }

    private static byte[] inflated(EncodedBytes piece, int most) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(piece.view());
            byte[] buffer = new byte[INFLATED_AT_ONCE];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw unreadable("It ends too early");
                }
                requireAtMost(most, (long) all.size() + count);
                all.write(buffer, 0, count);
            }
            return all.toByteArray();
        } catch (DataFormatException e) {
            throw unreadable("It is no zlib data");
        } finally {
            inflater.end();
        }
    }

    private static void requireAtMost(int most, long bytes) {
        if (bytes > most) {
            throw unreadable("It has more than " + most + " bytes");
        }
    }

    /** For whoever leaves the block out: the sentence is not shown. */
    static FuseException unreadable(String why) {
        return new FuseException(ErrorCode.BAD_PICTURE, why + ".");
    }
}
