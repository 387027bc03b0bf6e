package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parses a JPEG's entropy-coded data (ITU-T T.81, annexes F and G) without making pixels, and measures how much of the picture the file
 * has. libjpeg fills up missing parts with grey, or leaves detail out, and reports success.
 *
 * <p>This takes a few milliseconds for each megabyte, and a bit of memory for each coefficient of a progressive JPEG.
 */
final class JpegScans {
    private static final int COEFFICIENTS = 64;
    private static final int TABLES = 4;
    private static final int RUN_OF_ZEROS = 15;

    /**
     * The extent of the picture's data.
     *
     * @param missing share of the picture without any data, 0 to 1
     * @param coarse share of the picture without its finest detail, 0 to 1; at least {@code missing}
     * @param hasEnd whether the file has an end mark (EOI)
     * @param end the position where the data of the last scan end
     */
    record Extent(double missing, double coarse, boolean hasEnd, int end) {
        boolean isComplete() {
            return coarse == 0;
        }

        /**
         * Refuses a file that was cut off.
         *
         * @throws FuseException {@code bad-picture} if the end mark is missing and a part of the picture too
         */
        void requireComplete() {
            if (!hasEnd && !isComplete()) {
                throw new FuseException(
                        ErrorCode.BAD_PICTURE,
                        "The JPEG ends too early: " + whatIsMissing() + "; send the whole file once more.");
            }
        }

        /** The warning about a damaged picture that is decoded all the same. */
        Optional<Warning> warning() {
            if (hasEnd && isComplete()) {
                return Optional.empty();
            }
            return Optional.of(new Warning(
                    Warning.Kind.INCOMPLETE_PICTURE,
                    isComplete()
                            ? "The JPEG has no end mark (EOI). All of its pixels are there and were used."
                            : "The JPEG's data are damaged or end early: " + whatIsMissing()
                                    + ". Send the whole file to get all of the picture."));
        }

        private String whatIsMissing() {
            return missing > 0
                    ? percent(missing) + " of its picture is missing"
                    : percent(coarse) + " of its picture lacks fine detail";
        }

        private static String percent(double share) {
            long percent = Math.round(100 * share);
            return percent == 0 ? "less than 1 %" : "about " + percent + " %";
        }

        /** A file that ends with its last scan and an end mark; the same bytes if they have one. */
        byte[] closed(byte[] bytes) {
            if (hasEnd) {
                return bytes;
            }
            byte[] closed = Arrays.copyOf(bytes, end + 2);
            closed[end] = (byte) 0xFF;
            closed[end + 1] = (byte) JpegSegments.EOI;
            return closed;
        }
    }

    private static final class Component {
        private final int id;
        private final int across;
        private final int down;
        private int blocksAcross;
        private int blocksDown;
        private int dcTable;
        private int acTable;
        /** Share of the blocks that had their first bits of the mean colour. */
        private double begun;
        /** By coefficient, the share of the blocks that had its last bit. */
        private final double[] finished = new double[COEFFICIENTS];
        /** By block, the coefficients that are not zero, a bit each. */
        private long @Nullable [] nonZero;

        private Component(int id, int sampling) {
            this.id = id;
            this.across = sampling >> 4;
            this.down = sampling & 0xF;
        }

        private long[] history() {
            if (nonZero == null) {
                nonZero = new long[blocksAcross * blocksDown];
            }
            return nonZero;
        }
    }

    private final byte[] bytes;
    private final @Nullable HuffmanTable[] dcTables = new HuffmanTable[TABLES];
    private final @Nullable HuffmanTable[] acTables = new HuffmanTable[TABLES];
    private Component[] components = {};
    private boolean progressive;
    private int unitsAcross;
    private int unitsDown;
    private int restartInterval;
    private int end;
    private boolean interrupted;
    private boolean understood = true;

    // Parameters of the current scan.
    private int firstCoefficient;
    private int lastCoefficient;
    private boolean refines;
    private int endOfBlockRun;

    private JpegScans(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /**
     * Walks through a file whose header {@link JpegHeader} has read. A file that it does
     * not understand counts as complete if it has an end mark.
     *
     * @param bytes read, not kept
     */
    static Extent of(byte[] bytes) {
        return new JpegScans(bytes).walk();
    }

    private Extent walk() {
        boolean hasEnd = false;
        try {
            hasEnd = eachSegment();
        } catch (IndexOutOfBoundsException | IllegalArgumentException trailerOrDamage) {
            // Nothing that could be walked through follows.
        }
        double missing = 0;
        double coarse = 0;
        if (!understood) {
            coarse = hasEnd ? 0 : 1;
        } else if (interrupted || !hasEnd) {
            for (Component component : components) {
                missing = Math.max(missing, 1 - component.begun);
                coarse = Math.max(
                        coarse, 1 - Arrays.stream(component.finished).min().orElse(0));
            }
        }
        return new Extent(missing, Math.max(missing, coarse), hasEnd, end);
    }

    /** Whether the end mark was reached. */
    private boolean eachSegment() {
        JpegSegments segments = new JpegSegments(bytes);
        while (segments.next()) {
            int marker = segments.marker();
            if (marker == JpegSegments.EOI) {
                return true;
            }
            if (marker == JpegSegments.SOI) {
                return false;
            }
            if (segments.hasParameters()) {
                if (!segments.isWhole() || (isFrame(marker) && components.length > 0)) {
                    return false;
                }
                int from = segments.dataAt();
                int to = from + segments.dataLength();
                segment(marker, from, to);
                if (marker == JpegSegments.SOS) {
                    segments.continueAt(scan(from, to));
                }
            }
        }
        return false;
    }

    private static boolean isFrame(int marker) {
        return marker >= JpegSegments.SOF0 && marker <= JpegSegments.SOF2;
    }

    private void segment(int marker, int from, int to) {
        if (isFrame(marker)) {
            frame(marker, from);
        } else if (marker == JpegSegments.DHT) {
            tables(from, to);
        } else if (marker == JpegSegments.DRI) {
            restartInterval = u16(from);
        }
    }

    private int u8(int at) {
        return bytes[at] & 0xFF;
    }

    private int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    private void frame(int marker, int at) {
        progressive = marker == JpegSegments.SOF2;
        int height = u16(at + 1);
        int width = u16(at + 3);
        Component[] found = new Component[u8(at + 5)];
        int mostAcross = 1;
        int mostDown = 1;
        for (int i = 0; i < found.length; i++) {
            found[i] = new Component(u8(at + 6 + 3 * i), u8(at + 7 + 3 * i));
            mostAcross = Math.max(mostAcross, found[i].across);
            mostDown = Math.max(mostDown, found[i].down);
        }
        unitsAcross = divideUp(width, 8 * mostAcross);
        unitsDown = divideUp(height, 8 * mostDown);
        for (Component component : found) {
            component.blocksAcross = divideUp(divideUp(width * component.across, mostAcross), 8);
            component.blocksDown = divideUp(divideUp(height * component.down, mostDown), 8);
        }
        components = found;
    }

    private static int divideUp(int value, int by) {
        return (value + by - 1) / by;
    }

    private void tables(int from, int to) {
        int at = from;
        while (at < to) {
            int place = u8(at++);
            byte[] counts = Arrays.copyOfRange(bytes, at, at + HuffmanTable.LONGEST_CODE_BITS);
            at += counts.length;
            int symbols = 0;
            for (byte count : counts) {
                symbols += count & 0xFF;
            }
            HuffmanTable table = new HuffmanTable(counts, Arrays.copyOfRange(bytes, at, at + symbols));
            at += symbols;
            (place >> 4 == 0 ? dcTables : acTables)[place & 0xF] = table;
        }
    }

    /** Walks through a scan and returns where the next marker begins. */
    private int scan(int header, int data) {
        Component[] scanned = new Component[u8(header)];
        for (int i = 0; i < scanned.length; i++) {
            int id = u8(header + 1 + 2 * i);
            int tables = u8(header + 2 + 2 * i);
            for (Component component : components) {
                if (component.id == id) {
                    component.dcTable = tables >> 4;
                    component.acTable = tables & 0xF;
                    scanned[i] = component;
                }
            }
        }
        int parameters = header + 1 + 2 * scanned.length;
        firstCoefficient = progressive ? u8(parameters) : 0;
        lastCoefficient = progressive ? u8(parameters + 1) : COEFFICIENTS - 1;
        refines = progressive && u8(parameters + 2) >> 4 != 0;
        boolean last = !progressive || (u8(parameters + 2) & 0xF) == 0;
        if (!canWalk(scanned)) {
            understood = false;
            return JpegSegments.nextMarker(bytes, data);
        }
        EntropyBits bits = new EntropyBits(bytes, data);
        double share = share(bits, scanned);
        interrupted |= share < 1;
        for (Component component : scanned) {
            if (firstCoefficient == 0 && !refines) {
                component.begun = share;
            }
            if (last) {
                Arrays.fill(component.finished, firstCoefficient, lastCoefficient + 1, share);
            }
        }
        end = bits.position();
        while (bits.restart()) {
            // Data after the scan's last interval is skipped.
        }
        return bits.position();
    }

    private boolean canWalk(@Nullable Component[] scanned) {
        boolean known = scanned.length > 0 && lastCoefficient < COEFFICIENTS && firstCoefficient <= lastCoefficient;
        for (Component component : scanned) {
            known = known
                    && component != null
                    && component.across > 0
                    && component.down > 0
                    && (firstCoefficient > 0 || refines || dcTables[component.dcTable] != null)
                    && (lastCoefficient == 0 || acTables[component.acTable] != null);
        }
        return known && (firstCoefficient == 0 || scanned.length == 1) && !(progressive && mixes());
    }

    /** A progressive scan is of mean colours or of the rest. */
    private boolean mixes() {
        return firstCoefficient == 0 && lastCoefficient != 0;
    }

    /** Walks through all units of a scan; the share of them that is there. */
    private double share(EntropyBits bits, Component[] scanned) {
        boolean single = scanned.length == 1;
        int across = single ? scanned[0].blocksAcross : unitsAcross;
        int units = across * (single ? scanned[0].blocksDown : unitsDown);
        int interval = restartInterval == 0 ? units : restartInterval;
        int walked = 0;
        for (int from = 0; from < units; from += interval) {
            if (from > 0 && !bits.restart()) {
                break;
            }
            endOfBlockRun = 0;
            int to = Math.min(units, from + interval);
            walked += single ? blocks(bits, scanned[0], from, to) : units(bits, scanned, from, to);
        }
        return (double) walked / units;
    }

    /** Walks through blocks of a component, as far as there are data; the number of blocks. */
    private int blocks(EntropyBits bits, Component component, int from, int to) {
        int block = from;
        try {
            for (; block < to; block++) {
                block(bits, component, block);
            }
        } catch (EntropyBits.Interrupted noMore) {
            return block - from;
        }
        return to - from;
    }

    /** Walks through units of several components, as far as there are data; the number of units. */
    private int units(EntropyBits bits, Component[] scanned, int from, int to) {
        int unit = from;
        try {
            for (; unit < to; unit++) {
                for (Component component : scanned) {
                    for (int i = component.across * component.down; i > 0; i--) {
                        block(bits, component, 0);
                    }
                }
            }
        } catch (EntropyBits.Interrupted noMore) {
            return unit - from;
        }
        return to - from;
    }

    private void block(EntropyBits bits, Component component, int index) {
        if (firstCoefficient == 0) {
            if (refines) {
                bits.number(1);
            } else {
                bits.number(bits.symbol(dcTables[component.dcTable]) & 0xF);
            }
            if (!progressive) {
                rest(bits, acTables[component.acTable]);
            }
        } else if (refines) {
            refine(bits, acTables[component.acTable], component.history(), index);
        } else {
            begin(bits, acTables[component.acTable], component.history(), index);
        }
    }

    /** All of a block but its mean (F.2.2.2). */
    private static void rest(EntropyBits bits, HuffmanTable table) {
        for (int k = 1; k < COEFFICIENTS; k++) {
            int symbol = bits.symbol(table);
            int size = symbol & 0xF;
            if (size == 0 && symbol >> 4 != RUN_OF_ZEROS) {
                return;
            }
            k += symbol >> 4;
            bits.number(size);
        }
    }

    /** The first bits of a block's coefficients (G.1.2.2). */
    private void begin(EntropyBits bits, HuffmanTable table, long[] history, int index) {
        if (endOfBlockRun > 0) {
            endOfBlockRun--;
            return;
        }
        for (int k = firstCoefficient; k <= lastCoefficient; k++) {
            int symbol = bits.symbol(table);
            int run = symbol >> 4;
            int size = symbol & 0xF;
            if (size == 0 && run != RUN_OF_ZEROS) {
                endOfBlockRun = (1 << run) - 1 + bits.number(run);
                return;
            }
            k += run;
            bits.number(size);
            if (size != 0 && k < COEFFICIENTS) {
                history[index] |= 1L << k;
            }
        }
    }

    /** One more bit of a block's coefficients (G.1.2.3): each that is not zero yet has one, besides those that begin. */
    private void refine(EntropyBits bits, HuffmanTable table, long[] history, int index) {
        int k = firstCoefficient;
        while (endOfBlockRun == 0 && k <= lastCoefficient) {
            int symbol = bits.symbol(table);
            int run = symbol >> 4;
            boolean begins = (symbol & 0xF) != 0;
            if (!begins && run != RUN_OF_ZEROS) {
                endOfBlockRun = (1 << run) + bits.number(run);
                break;
            }
            bits.number(begins ? 1 : 0);
            while (k <= lastCoefficient) {
                if ((history[index] >> k & 1) != 0) {
                    bits.number(1);
                } else if (run-- == 0) {
                    break;
                }
                k++;
            }
            if (begins && k <= lastCoefficient) {
                history[index] |= 1L << k;
            }
            k++;
        }
        if (endOfBlockRun > 0) {
            for (; k <= lastCoefficient; k++) {
                bits.number((int) (history[index] >> k & 1));
            }
            endOfBlockRun--;
        }
    }
}
