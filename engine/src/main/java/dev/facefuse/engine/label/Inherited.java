package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a fused picture keeps of its template's metadata. What cannot be read is left out, and said.
 *
 * @param exif null if there is none
 * @param profile an ICC profile; null if there is none
 * @param xmp properties, as {@link XmpReader} gives them; empty if there are none
 * @param warnings about what was left out
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record Inherited(@Nullable Exif exif, byte @Nullable [] profile, String xmp, List<Warning> warnings) {
    static final Warning XMP_LEFT_OUT =
            leftOut("The template's XMP data are damaged or too large; they were left out.");

    /**
     * Reads it.
     *
     * @param template whose metadata they are
     * @param picture which they will be part of
     * @param kept properties of XMP, by namespace and name
     */
    static Inherited of(Encoded template, Encoded picture, BiPredicate<String, String> kept) {
        Container container = Container.of(template.format());
        if (container == null) {
            return new Inherited(null, null, "", List.of());
        }
        Found found = container.find(template.file());
        List<Warning> warnings = new ArrayList<>();
        return new Inherited(
                exif(found.exif(), picture, warnings),
                profile(found.profile(), warnings),
                xmp(found.xmp(), kept, warnings),
                warnings);
    }

    private static @Nullable Exif exif(@Nullable EncodedBytes block, Encoded picture, List<Warning> warnings) {
        if (block == null) {
            return null;
        }
        try {
            Exif exif = Exif.read(block, picture);
            if (exif.damaged()) {
                warnings.add(
                        leftOut("Parts of the template's EXIF data are damaged or too large; they were left out."));
            }
            return exif.isEmpty() ? null : exif;
        } catch (FuseException unreadable) {
            warnings.add(leftOut("The template's EXIF data are damaged; they were left out."));
            return null;
        }
    }

    private static byte @Nullable [] profile(@Nullable Block block, List<Warning> warnings) {
        if (block == null) {
            return null;
        }
        try {
            byte[] profile = block.bytes(Profile.MOST_BYTES);
            if (!Profile.isWhole(profile)) {
                throw Block.unreadable("It is no whole profile");
            }
            if (Profile.isForRgb(profile)) {
                return profile;
            }
            warnings.add(leftOut("The template's colour profile is not for RGB, as the result is; it was left out."));
        } catch (FuseException unreadable) {
            warnings.add(leftOut("The template's colour profile is damaged or too large; it was left out."));
        }
        return null;
    }

    private static String xmp(@Nullable Block block, BiPredicate<String, String> kept, List<Warning> warnings) {
        if (block == null) {
            return "";
        }
        try {
            return XmpReader.properties(block.bytes(XmpReader.MOST_BYTES), kept);
        } catch (FuseException unreadable) {
            warnings.add(XMP_LEFT_OUT);
            return "";
        }
    }

    private static Warning leftOut(String sentence) {
        return new Warning(Warning.Kind.METADATA_LEFT_OUT, sentence);
    }
}
