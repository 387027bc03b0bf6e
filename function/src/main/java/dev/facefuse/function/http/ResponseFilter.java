package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Writes responses piece by piece and reports each piece to {@link OutgoingResponse}. */
final class ResponseFilter extends HttpFilter {
    /** Bytes that are written at a time. Each completed write shows how far the client has read. */
    private static final int PIECE = 8 << 10;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request.getAttribute(OutgoingResponse.class.getName()) instanceof OutgoingResponse outgoing)) {
            throw new IllegalStateException("The adapter is missing");
        }
        outgoing.enter();
        try {
            Watched watched = new Watched(response, outgoing);
            chain.doFilter(request, watched);
            watched.flushWriter();
        } finally {
            outgoing.leave();
        }
    }

    /** A write to the client. */
    private interface Write {
        void run() throws IOException;
    }

    private static void write(OutgoingResponse outgoing, int length, Write write) throws IOException {
        outgoing.beginWrite();
        try {
            write.run();
        } finally {
            outgoing.endWrite(length);
        }
    }

    private static final class Watched extends HttpServletResponseWrapper {
        private final OutgoingResponse outgoing;
        private @Nullable ServletOutputStream stream;
        private @Nullable PrintWriter writer;

        Watched(HttpServletResponse response, OutgoingResponse outgoing) {
            super(response);
            this.outgoing = outgoing;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            if (stream == null) {
                stream = new Stream(super.getOutputStream(), outgoing);
            }
            return stream;
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            if (writer == null) {
                setCharacterEncoding(getCharacterEncoding()); // It becomes part of Content-Type.
                writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), getCharacterEncoding()));
            }
            return writer;
        }

        /** Writes what the writer's encoder still holds; the container does not know this writer. */
        void flushWriter() {
            if (writer != null) {
                writer.flush();
            }
        }

        @Override
        public void flushBuffer() throws IOException {
            flushWriter();
            write(outgoing, 0, super::flushBuffer);
        }
    }

    private static final class Stream extends ServletOutputStream {
        private final ServletOutputStream out;
        private final OutgoingResponse outgoing;

        Stream(ServletOutputStream out, OutgoingResponse outgoing) {
            this.out = out;
            this.outgoing = outgoing;
        }

        @Override
        public void write(int b) throws IOException {
            ResponseFilter.write(outgoing, 1, () -> out.write(b));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += PIECE) {
                int from = offset + done;
                int piece = Math.min(PIECE, length - done);
                ResponseFilter.write(outgoing, piece, () -> out.write(bytes, from, piece));
            }
        }

        @Override
        public void flush() throws IOException {
            ResponseFilter.write(outgoing, 0, out::flush);
        }

        @Override
        public void close() throws IOException {
            ResponseFilter.write(outgoing, 0, out::close);
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("Responses are written by the worker thread");
        }
    }
}
