package dev.facefuse.function.http;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.tomcat.util.http.fileupload.disk.DiskFileItem;
import org.jspecify.annotations.Nullable;

/** A part of a form, in memory and read once: its bytes are released as they are read. Tomcat's own would keep two copies. */
final class PartBytes extends DiskFileItem {
    private static final File NO_FOLDER = new File("");

    private final SegmentedBytes bytes = new SegmentedBytes();

    PartBytes(String field, @Nullable String contentType, boolean isFormField, @Nullable String fileName) {
        super(field, contentType, isFormField, fileName, Integer.MAX_VALUE, NO_FOLDER);
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int count) {
                bytes.append(ByteBuffer.wrap(from, offset, count));
            }
        };
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return bytes.consume();
    }

    @Override
    public long getSize() {
        return bytes.length();
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    @Override
    public void delete() {
        bytes.clear();
    }
}
