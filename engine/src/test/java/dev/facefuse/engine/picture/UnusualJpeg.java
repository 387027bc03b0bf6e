package dev.facefuse.engine.picture;

import static dev.facefuse.engine.picture.UnusualPicture.oneIn;
import static dev.facefuse.engine.picture.UnusualPicture.pick;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** JPEGs of any sampling factors, processes and orders of scans. Their entropy-coded data is missing, which libjpeg takes for grey. */
final class UnusualJpeg {
    private static final int SOF0 = 0xC0;
    private static final int SOF2 = 0xC2;
    private static final int SOF9 = 0xC9;
    private static final int SEGMENT_BYTES = 65_000;

    private final Random random;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringBuilder description;

    private UnusualJpeg(Random random, StringBuilder description) {
        this.random = random;
        this.description = description;
    }

    static UnusualPicture next(Random random) {
        UnusualJpeg jpeg = new UnusualJpeg(random, new StringBuilder("JPEG"));
        int[] size = UnusualPicture.size(random);
        if (oneIn(random, 4)) {
            size = new int[] {3000 + random.nextInt(400), 3000 + random.nextInt(400)};
        }
        byte[] bytes = jpeg.build(size[0], size[1], pick(random, 1, 3, 3, 3, 3, 3, 4, 2));
        return new UnusualPicture(jpeg.description.toString(), bytes);
    }

    /** A JPEG for a strip or tile of a TIFF. */
    static byte[] inside(Random random, int width, int height, int components, StringBuilder description) {
        boolean larger = oneIn(random, 10);
        return new UnusualJpeg(random, description)
                .build(Math.min(65_000, larger ? 3000 : width), Math.min(65_000, larger ? 3000 : height), components);
    }

    private byte[] build(int width, int height, int components) {
        int process = pick(
                random, SOF0, SOF0, SOF0, 0xC1, SOF2, SOF2, oneIn(random, 4) ? SOF9 : SOF0, 0xC3 + random.nextInt(2));
        process = oneIn(random, 8) || process == SOF0 ? process : pick(random, SOF0, SOF2);
        int[] sampling = new int[components];
        for (int i = 0; i < components; i++) {
            int across = pick(random, 1, 1, 2, 3, 4);
            int down = pick(random, 1, 1, 2, 3, 4);
            sampling[i] = across << 4 | down;
        }
        if (oneIn(random, 3)) {
            Arrays.fill(sampling, 0x11);
            sampling[0] = pick(random, 0x11, 0x21, 0x22, 0x41);
        }
        write(0xFF, 0xD8);
        metadata();
        quantization();
        huffman(0);
        huffman(0x10);
        if (oneIn(random, 4)) {
            segment(0xDD, 0, 1 + random.nextInt(200));
        }
        description.append(String.format(" %d×%d, SOF%d, sampling", width, height, process - SOF0));
        int[] frame = new int[6 + 3 * components];
        frame[0] = oneIn(random, 30) ? 12 : 8;
        frame[1] = height >> 8;
        frame[2] = height & 0xFF;
        frame[3] = width >> 8;
        frame[4] = width & 0xFF;
        frame[5] = components;
        for (int i = 0; i < components; i++) {
            frame[6 + 3 * i] = i + 1;
            frame[7 + 3 * i] = sampling[i];
            description.append(String.format(" %x", sampling[i]));
        }
        segment(process, frame);
        scans(process == SOF2, components);
        write(0xFF, 0xD9);
        if (oneIn(random, 20)) {
            write(0xFF, 0xD8, 0xFF, SOF2, 0, 0);
            description.append(", another after its end");
        }
        return out.toByteArray();
    }

    private void metadata() {
        if (oneIn(random, 5)) {
            int marker = pick(random, 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE);
            int count = pick(random, 1, 100, 450);
            byte[] start = PictureCorpus.bytes(
                    marker == 0xE2
                            ? "ICC_PROFILE\0"
                            : oneIn(random, 2) ? "http://ns.adobe.com/xap/1.0/\0" : "Exif\0\0MM\0*\0\0\0\b\0\0");
            for (int i = 0; i < count; i++) {
                int[] data = new int[SEGMENT_BYTES];
                for (int j = 0; j < start.length; j++) {
                    data[j] = start[j];
                }
                if (marker == 0xE2) {
                    data[start.length] = i + 1;
                    data[start.length + 1] = count;
                }
                segment(marker, data);
            }
            description.append(String.format(", %d segments %x", count, marker));
        }
    }

    private void scans(boolean progressive, int components) {
        int scans = progressive ? 1 + random.nextInt(4) : pick(random, 1, 1, 1, 2, components);
        for (int i = 0; i < scans; i++) {
            int first = oneIn(random, 3) ? random.nextInt(components) : i % components;
            int count = oneIn(random, 2) ? components - first : 1;
            scan(first, count, progressive && i > 0 ? 1 : 0, progressive ? (i > 0 ? 63 : 0) : 63);
        }
    }

    private void scan(int first, int count, int from, int to) {
        int used = from > 0 ? 1 : count;
        int[] scan = new int[4 + 2 * used];
        scan[0] = used;
        for (int i = 0; i < used; i++) {
            scan[1 + 2 * i] = first + i + 1;
        }
        scan[1 + 2 * used] = from;
        scan[2 + 2 * used] = to;
        segment(0xDA, scan);
        write(new int[random.nextInt(60)]);
        description.append(String.format(", scan of %d", used));
    }

    private void quantization() {
        int[] table = new int[65];
        Arrays.fill(table, 1);
        table[0] = 0;
        segment(0xDB, table);
    }

    /** One code, of one bit, for zero. */
    private void huffman(int table) {
        int[] lengths = new int[18];
        lengths[0] = table;
        lengths[1] = 1;
        segment(0xC4, lengths);
    }

    private void segment(int marker, int... data) {
        if (oneIn(random, 30)) {
            write(0xFF, 0xFF);
        }
        write(0xFF, marker, (data.length + 2) >> 8, (data.length + 2) & 0xFF);
        write(data);
    }

    private void write(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
    }
}
