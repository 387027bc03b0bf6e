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
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Writes responses piece by piece, and tells {@link OutgoingResponse} of each piece. */
final class ResponseFilter extends HttpFilter {
    /** A write has ended when a piece of this size has: it says how far the client has read. */
    private static final int PIECE = 8 << 10;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request.getAttribute(OutgoingResponse.class.getName()) instanceof OutgoingResponse outgoing)) {
            throw new IllegalStateException("The adapter is missing");
        }
        outgoing.enter();
        try {
            chain.doFilter(request, new Watched(response, outgoing));
        } finally {
            outgoing.leave();
        }
    }

    /** Something that writes. */
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
                writer = new PrintWriter(new Characters(super.getWriter(), outgoing));
            }
            return writer;
        }

        @Override
        public void flushBuffer() throws IOException {
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

    private static final class Characters extends Writer {
        private final PrintWriter out;
        private final OutgoingResponse outgoing;

        Characters(PrintWriter out, OutgoingResponse outgoing) {
            this.out = out;
            this.outgoing = outgoing;
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += PIECE) {
                int from = offset + done;
                int piece = Math.min(PIECE, length - done);
                ResponseFilter.write(outgoing, piece, () -> out.write(characters, from, piece));
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
    }
}
