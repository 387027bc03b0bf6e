package dev.facefuse.function.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.File;
import java.io.InputStream;
import java.util.Collection;
import java.util.Objects;
import org.apache.catalina.core.ApplicationPart;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.apache.tomcat.util.http.fileupload.impl.FileCountLimitExceededException;
import org.apache.tomcat.util.http.fileupload.impl.SizeLimitExceededException;

/** A multipart body that is in memory, taken apart as Tomcat does it over HTTP. */
public final class MultipartBody implements MultipartInput.Parts {
    private static final int MOST_PARTS = 20;

    private final String contentType;
    private final InputStream body;
    private final long length;
    private final long maxBytes;

    /**
     * Nothing is read yet.
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

    /** The same of a request. */
    static MultipartBody of(HttpServletRequest request, IncomingBody body, long maxBytes) {
        String contentType = Objects.requireNonNullElse(request.getContentType(), "");
        return new MultipartBody(contentType, body.stream(), body.length(), maxBytes);
    }

    @Override
    public Collection<Part> read() throws FileUploadException {
        FileUpload upload = new FileUpload();
        upload.setFileItemFactory(PartBytes::new);
        upload.setFileCountMax(MOST_PARTS);
        upload.setSizeMax(maxBytes);
        try {
            return upload.parseRequest(new Context()).stream()
                    .<Part>map(item -> new ApplicationPart(item, new File("")))
                    .toList();
        } catch (SizeLimitExceededException | FileCountLimitExceededException e) {
            throw new IllegalStateException(e);
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
}
