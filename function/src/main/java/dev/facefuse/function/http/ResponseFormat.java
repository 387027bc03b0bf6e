package dev.facefuse.function.http;

import dev.facefuse.engine.picture.PictureFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * The format of a response to a fusion: JSON with the picture in base64, or the picture itself.
 *
 * @param isPicture whether the body is the picture itself
 * @param format the only picture format that the client accepts; null for any
 */
public record ResponseFormat(boolean isPicture, @Nullable PictureFormat format) {
    private static final ResponseFormat JSON = new ResponseFormat(false, null);

    /** The media types that a client accepts, its favourite first. The header {@code Accept} is parsed once per request. */
    public record Accepted(List<MediaType> types) {
        /** For clients that accept JSON alone. */
        static final Accepted JSON = new Accepted(List.of(MediaType.APPLICATION_JSON));

        private static final List<MediaType> AVAILABLE = available();

        public Accepted {
            types = List.copyOf(types);
        }

        /**
         * Parses the header.
         *
         * @param header {@code Accept}; null or blank for everything
         * @throws HttpMediaTypeNotAcceptableException if it cannot be parsed
         */
        public static Accepted parse(@Nullable String header) throws HttpMediaTypeNotAcceptableException {
            if (header == null || header.isBlank()) {
                return new Accepted(List.of(MediaType.ALL));
            }
            try {
                List<MediaType> types = new ArrayList<>(MediaType.parseMediaTypes(header));
                MimeTypeUtils.sortBySpecificity(types);
                types.removeIf(type -> type.getQualityValue() == 0);
                return new Accepted(types);
            } catch (InvalidMediaTypeException | InvalidMimeTypeException | StringIndexOutOfBoundsException e) {
                // Spring throws the second one for more than 50 types and the last one for a quotation mark at the
                // start.
                throw new HttpMediaTypeNotAcceptableException(AVAILABLE);
            }
        }

        /** Whether the client prefers server-sent events to every other format. */
        boolean prefersEvents() {
            for (MediaType type : types) {
                if (type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM)) {
                    return true;
                }
                if (AVAILABLE.stream().anyMatch(type::includes)) {
                    return false;
                }
            }
            return false;
        }

        /**
         * The client's favourite among the available formats; the first of equal ones.
         *
         * @param requested the format that the options demand; null if they demand none
         * @throws HttpMediaTypeNotAcceptableException if the client accepts none
         */
        public ResponseFormat choose(@Nullable PictureFormat requested) throws HttpMediaTypeNotAcceptableException {
            for (MediaType type : types) {
                if (type.isWildcardType() || type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
                    return ResponseFormat.JSON;
                }
                if (type.getType().equals("image") && type.isWildcardSubtype()) {
                    return new ResponseFormat(true, requested);
                }
                for (PictureFormat format : PictureFormat.values()) {
                    if ((requested == null || requested == format) && type.equalsTypeAndSubtype(mediaType(format))) {
                        return new ResponseFormat(true, format);
                    }
                }
            }
            throw new HttpMediaTypeNotAcceptableException(AVAILABLE);
        }

        /**
         * JSON, for responses without a picture.
         *
         * @throws HttpMediaTypeNotAcceptableException if the client does not accept it
         */
        ResponseFormat requireJson() throws HttpMediaTypeNotAcceptableException {
            if (types.stream().noneMatch(type -> type.isCompatibleWith(MediaType.APPLICATION_JSON))) {
                throw new HttpMediaTypeNotAcceptableException(JSON.types);
            }
            return ResponseFormat.JSON;
        }

        private static List<MediaType> available() {
            List<MediaType> types = new ArrayList<>();
            types.add(MediaType.APPLICATION_JSON);
            for (PictureFormat format : PictureFormat.values()) {
                types.add(mediaType(format));
            }
            return types;
        }

        private static MediaType mediaType(PictureFormat format) {
            return MediaType.valueOf(format.mediaType());
        }
    }

    /** Passes {@link Accepted} to controllers. A request whose body has arrived is dispatched again and is not parsed again. */
    static final class Resolver implements HandlerMethodArgumentResolver {
        private static final String ATTRIBUTE = Accepted.class.getName();

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Accepted.class;
        }

        @Override
        public Accepted resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest web,
                @Nullable WebDataBinderFactory binders)
                throws HttpMediaTypeNotAcceptableException {
            HttpServletRequest request = (HttpServletRequest) web.getNativeRequest();
            if (request.getAttribute(ATTRIBUTE) instanceof Accepted known) {
                return known;
            }
            Accepted accepted =
                    Accepted.parse(String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT))));
            request.setAttribute(ATTRIBUTE, accepted);
            return accepted;
        }
    }
}
