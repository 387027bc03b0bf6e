package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that a result inherits from its template: the colour profile, artist and copyright. Everything else is dropped. Damaged
 * metadata are left out with a warning.
 *
 * <p>XMP is dropped as a whole, its {@code dc:creator} and {@code dc:rights} included: EXIF has both texts too, and reading XMP takes an
 * XML parser with limits against hostile input.
 *
 * @param profile an ICC profile for RGB; null if there is none
 * @param warnings about metadata that were left out
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record TemplateMetadata(Attribution attribution, byte @Nullable [] profile, List<Warning> warnings) {

    static TemplateMetadata read(Encoded template) {
        Container container = Container.of(template.format());
        if (container == null) {
            return new TemplateMetadata(Attribution.NONE, null, List.of());
        }
        Container.Found found = container.find(template.bytes());
        List<Warning> warnings = new ArrayList<>();
        return new TemplateMetadata(
                attribution(found.exif(), warnings), profile(found.profile(), warnings), List.copyOf(warnings));
    }

    private static Attribution attribution(@Nullable EncodedBytes exif, List<Warning> warnings) {
        if (exif == null) {
            return Attribution.NONE;
        }
        try {
            Attribution attribution = Attribution.read(exif);
            if (attribution.damaged()) {
                warnings.add(
                        leftOut("The template's artist or copyright (EXIF) is damaged or too large; it was left out."));
            }
            return attribution;
        } catch (FuseException unreadable) {
            warnings.add(leftOut(
                    "The template's EXIF data are damaged; artist and copyright, if there are any, were left out."));
            return Attribution.NONE;
        }
    }

    private static byte @Nullable [] profile(@Nullable IccProfile stored, List<Warning> warnings) {
        if (stored == null) {
            return null;
        }
        try {
            byte[] profile = stored.read();
            if (IccProfile.isForRgb(profile)) {
                return profile;
            }
            warnings.add(leftOut("The template's colour profile is not for RGB, as the result is; it was left out."));
        } catch (FuseException unreadable) {
            warnings.add(leftOut("The template's colour profile is damaged or too large; it was left out."));
        }
        return null;
    }

    private static Warning leftOut(String sentence) {
        return new Warning(Warning.Kind.METADATA_LEFT_OUT, sentence);
    }
}
