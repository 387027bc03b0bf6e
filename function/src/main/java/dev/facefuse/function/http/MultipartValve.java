package dev.facefuse.function.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.buf.MessageBytes;
import org.springframework.http.HttpHeaders;

/** Puts {@link MultipartContentType} in place of the header, before Tomcat and Spring parse it. */
final class MultipartValve extends ValveBase {
    MultipartValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String type = request.getContentType();
        if (type != null) {
            String quoted = MultipartContentType.quoted(type);
            if (!quoted.equals(type)) {
                MessageBytes header =
                        request.getCoyoteRequest().getMimeHeaders().setValue(HttpHeaders.CONTENT_TYPE);
                header.setString(quoted);
                request.getCoyoteRequest().setContentType(quoted);
            }
        }
        getNext().invoke(request, response);
    }
}
