package dev.facefuse.function.http;

import dev.facefuse.engine.picture.PictureFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/**
 * What {@code Accept} asks for: JSON (also for {@code *}{@code /*} or nothing), or the picture itself.
 *
 * @param picture whether the picture itself is the body
 * @param format the only format that will do; null if any will
 */
record Answer(boolean picture, @Nullable PictureFormat format) {
    private static final Answer JSON = new Answer(false, null);

    /**
     * The caller's favourite among what there is; of equal favourites the first.
     *
     * @param accept the header, null if there is none
     * @param asked the format that the options ask for, null if they don't
     * @throws HttpMediaTypeNotAcceptableException if nothing that there is will do
     */
    static Answer of(@Nullable String accept, @Nullable PictureFormat asked)
            throws HttpMediaTypeNotAcceptableException {
        if (accept == null || accept.isBlank()) {
            return JSON;
        }
        for (MediaType type : parsed(accept)) {
            if (type.getQualityValue() == 0) {
                continue;
            }
            if (type.isWildcardType() || type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
                return JSON;
            }
            if (type.getType().equals("image") && type.isWildcardSubtype()) {
                return new Answer(true, asked);
            }
            for (PictureFormat format : PictureFormat.values()) {
                if ((asked == null || asked == format) && type.equalsTypeAndSubtype(mediaType(format))) {
                    return new Answer(true, format);
                }
            }
        }
        throw new HttpMediaTypeNotAcceptableException(available());
    }

    /**
     * Whether server-sent events are the caller's favourite among what there is; for doors that can carry them.
     *
     * @throws HttpMediaTypeNotAcceptableException if the header cannot be read
     */
    static boolean prefersEvents(String accept) throws HttpMediaTypeNotAcceptableException {
        if (accept.isBlank()) {
            return false;
        }
        for (MediaType type : parsed(accept)) {
            if (type.getQualityValue() == 0) {
                continue;
            }
            if (type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM)) {
                return true;
            }
            if (available().stream().anyMatch(type::includes)) {
                return false;
            }
        }
        return false;
    }

    /**
     * JSON, where there is nothing else to answer with.
     *
     * @throws HttpMediaTypeNotAcceptableException if it will not do
     */
    static Answer json(@Nullable String accept) throws HttpMediaTypeNotAcceptableException {
        if (accept != null && !accept.isBlank()) {
            boolean welcome = parsed(accept).stream()
                    .anyMatch(type -> type.getQualityValue() > 0 && type.isCompatibleWith(MediaType.APPLICATION_JSON));
            if (!welcome) {
                throw new HttpMediaTypeNotAcceptableException(List.of(MediaType.APPLICATION_JSON));
            }
        }
        return JSON;
    }

    private static List<MediaType> parsed(String accept) throws HttpMediaTypeNotAcceptableException {
        try {
            List<MediaType> types = new ArrayList<>(MediaType.parseMediaTypes(accept));
            MimeTypeUtils.sortBySpecificity(types);
            return types;
        } catch (InvalidMediaTypeException | StringIndexOutOfBoundsException e) {
            // The latter of Spring's parser, for what begins with a quotation mark.
            throw new HttpMediaTypeNotAcceptableException(available());
        }
    }

    /** Everything that can be answered. */
    static List<MediaType> available() {
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
