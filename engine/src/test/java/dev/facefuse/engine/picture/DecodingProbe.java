package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.ProcessNative;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A process that decodes pictures and measures what each takes. It reads a length and a file from its input, again and
 * again, and writes for each whether its header was accepted, whether it was decoded, the predicted and the measured
 * peak in bytes, and the error's message.
 */
final class DecodingProbe {
    /** Large enough for the tests' pictures, small enough to decode hundreds in a minute. */
    static final PictureLimits LIMITS = new PictureLimits(32L << 20, 13_000_000, 16_384);

    private static final int WARM_UP = 3;

    private final PictureReader reader = new PictureReader(LIMITS);

    private DecodingProbe() {}

    public static void main(String[] arguments) throws IOException {
        DecodingProbe probe = new DecodingProbe();
        for (int i = 0; i < WARM_UP; i++) {
            for (PictureFormat format : PictureFormat.values()) {
                probe.reader
                        .read(PictureCorpus.corners(format, 700, 700), DecodeSize.full())
                        .close();
            }
        }
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(System.out);
        out.writeBoolean(ProcessNative.resetPeak());
        out.flush();
        for (int length = in.readInt(); length > 0; length = in.readInt()) {
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            probe.measure(bytes).write(out);
            out.flush();
        }
    }

    /** The outcome for one picture. */
    record Outcome(boolean accepted, boolean decoded, long predicted, long measured, String message) {
        void write(DataOutputStream out) throws IOException {
            out.writeBoolean(accepted);
            out.writeBoolean(decoded);
            out.writeLong(predicted);
            out.writeLong(measured);
            out.writeUTF(message);
        }

        static Outcome read(DataInputStream in) throws IOException {
            return new Outcome(in.readBoolean(), in.readBoolean(), in.readLong(), in.readLong(), in.readUTF());
        }
    }

    private Outcome measure(byte[] bytes) {
        DecodeSize size = bytes.length % 2 == 0 ? DecodeSize.full() : DecodeSize.shortEdge(256);
        boolean accepted = false;
        boolean decoded = false;
        long predicted = 0;
        String message = "";
        ProcessNative.trim();
        ProcessNative.resetPeak();
        long before = ProcessNative.residentBytes();
        try {
            PictureHeader header = PictureHeader.read(bytes, LIMITS);
            accepted = true;
            predicted = new PictureMemory(header, bytes.length, size).decodingBytes();
            reader.read(bytes, header, size).close();
            decoded = true;
        } catch (FuseException e) {
            message = e.getMessage();
        }
        return new Outcome(accepted, decoded, predicted, ProcessNative.peakResidentBytes() - before, message);
    }
}
