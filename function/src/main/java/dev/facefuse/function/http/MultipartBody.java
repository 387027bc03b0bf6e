package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import jakarta.servlet.http.Part;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.catalina.core.ApplicationPart;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.apache.tomcat.util.http.fileupload.disk.DiskFileItem;
import org.apache.tomcat.util.http.fileupload.impl.FileCountLimitExceededException;
import org.apache.tomcat.util.http.fileupload.impl.SizeLimitExceededException;
import org.jspecify.annotations.Nullable;

/** A multipart body, split into parts by Tomcat's parser. The parts stay in memory and can be read once. */
public final class MultipartBody {
    private static final int MAX_PARTS = 20;

    private final String contentType;
    private final InputStream body;
    private final long length;
    private final long maxBytes;

    /**
     * A body that is not read yet.
     *
     * @param contentType with the boundary
     * @param length of the body, bytes
     * @param maxBytes that it may have
     */
    public MultipartBody(String contentType, InputStream body, long length, long maxBytes) {
        this.contentType = contentType;
        this.body = body;
        this.length = length;
        this.maxBytes = maxBytes;
    }

    /**
     * Reads the parts.
     *
     * @param pictures the parts that are pictures, for messages
     * @throws ProblemException for more bytes than the body may have
     * @throws FuseException {@code bad-request} for anything else that is wrong
     */
    List<Part> parts(String pictures) {
        FileUpload upload = new FileUpload();
        upload.setFileItemFactory(MemoryItem::new);
        upload.setFileCountMax(MAX_PARTS);
        upload.setSizeMax(maxBytes);
        try {
            return upload.parseRequest(new Context()).stream()
                    .<Part>map(item -> new ApplicationPart(item, MemoryItem.NO_FOLDER))
                    .toList();
        } catch (SizeLimitExceededException e) {
            // The limit of the body, or Tomcat's own limit of the head of a part.
            throw e.getPermittedSize() == maxBytes
                    ? new ProblemException(Problem.bodyTooLarge(maxBytes))
                    : new FuseException(
                            ErrorCode.BAD_REQUEST,
                            "The head of a part has more than " + e.getPermittedSize()
                                    + " bytes; send a shorter file name.");
        } catch (FileCountLimitExceededException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The body has more parts than there are options; send " + pictures + " and each option once.",
                    e);
        } catch (IOException | RuntimeException e) {
            // Tomcat throws undeclared exceptions, for example for file names with zeros and for multipart/mixed
            // without a boundary.
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The body is not multipart/form-data or ends too early; send " + pictures + " as files.",
                    e);
        }
    }

    private final class Context implements UploadContext {
        @Override
        public String getCharacterEncoding() {
            return "UTF-8";
        }

        @Override
        public String getContentType() {
            return contentType;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public InputStream getInputStream() {
            return body;
        }
    }

    /** The bytes of a part, released as they are read. Tomcat's own class keeps two copies. */
    private static final class MemoryItem extends DiskFileItem {
        static final File NO_FOLDER = new File("");

        private final SegmentedBytes bytes = new SegmentedBytes();

        MemoryItem(String field, @Nullable String contentType, boolean isFormField, @Nullable String fileName) {
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
}
