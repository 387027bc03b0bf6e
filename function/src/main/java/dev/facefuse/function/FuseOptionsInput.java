package dev.facefuse.function;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Options as callers write them, in JSON, form fields or on the command line; null where nothing was said. The words are
 * checked here, the ranges by the engine's records.
 *
 * @param blend 0 gives the template back, 1 (default) the fused face
 * @param mode {@code normal} (default), {@code blend} or {@code overlay}
 * @param skinSmooth 0 (default) … 1
 * @param brightness −0.5 … 0.5
 * @param contrast −0.5 … 0.5
 * @param saturation −0.5 … 0.5
 * @param resolution longest edge of the result: {@code original} (default), 512, 1024 or 2048
 * @param format {@code jpg}, {@code png}, {@code webp}, {@code bmp} or {@code tiff}; default the template's
 * @param quality of lossy formats, 1 … 100
 * @param templateFace index from left to right; default the largest face
 * @param userFace index from left to right; default the largest face
 * @param threshold detection score from which on something is a face
 * @param enhance {@code auto} (default), {@code always} or {@code never}: whether a second network gives a face that one drew detail
 * @param mark words on the picture that say it is made: {@code none} (default), {@code zh} (AI生成) or {@code en} (AI-generated)
 * @param markCorner {@code top-left}, {@code top-right}, {@code bottom-left} or {@code bottom-right} (default)
 */
public record FuseOptionsInput(
        @Nullable Float blend,
        @Nullable String mode,
        @Nullable Float skinSmooth,
        @Nullable Float brightness,
        @Nullable Float contrast,
        @Nullable Float saturation,
        @Nullable String resolution,
        @Nullable String format,
        @Nullable Integer quality,
        @Nullable Integer templateFace,
        @Nullable Integer userFace,
        @Nullable Float threshold,
        @Nullable String enhance,
        @Nullable String mark,
        @Nullable String markCorner) {

    public static final FuseOptionsInput NONE = new FuseOptionsInput(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * The engine's options.
     *
     * @throws FuseException {@code bad-request} naming the option and what it accepts
     */
    public FuseOptions toEngine() {
        FuseOptions defaults = FuseOptions.DEFAULT;
        return new FuseOptions(
                new FaceChoice(
                        face("templateFace", templateFace, defaults.faces().templateFace()),
                        face("userFace", userFace, defaults.faces().userFace()),
                        or(threshold, defaults.faces().threshold())),
                enhance == null ? defaults.enhance() : word("enhance", enhance, Enhance.values()),
                new Blending(
                        or(blend, defaults.blending().ratio()),
                        mode == null ? defaults.blending().mode() : word("mode", mode, BlendMode.values())),
                new Retouching(
                        or(skinSmooth, defaults.retouching().skinSmooth()),
                        or(brightness, defaults.retouching().brightness()),
                        or(contrast, defaults.retouching().contrast()),
                        or(saturation, defaults.retouching().saturation())),
                new OutputSettings(
                        resolution == null ? defaults.output().longestEdge() : longestEdge(resolution),
                        format == null ? defaults.output().format() : format(format),
                        or(quality, defaults.output().quality())),
                new Mark(
                        mark == null ? Mark.NONE.words() : word("mark", mark, Mark.Words.values()),
                        markCorner == null
                                ? Mark.NONE.corner()
                                : word("markCorner", markCorner, Mark.Corner.values())));
    }

    /** The same options with another output format. */
    public FuseOptionsInput withFormat(PictureFormat other) {
        return new FuseOptionsInput(
                blend,
                mode,
                skinSmooth,
                brightness,
                contrast,
                saturation,
                resolution,
                other.extension(),
                quality,
                templateFace,
                userFace,
                threshold,
                enhance,
                mark,
                markCorner);
    }

    /**
     * A format by its name or file name extension, {@code jpeg} and {@code tif} included.
     *
     * @throws FuseException {@code bad-request} for any other word
     */
    public static PictureFormat format(String word) {
        String name = word.strip().toLowerCase(Locale.ROOT);
        for (PictureFormat format : PictureFormat.values()) {
            if (name.equals(format.extension())
                    || name.equals(format.name().toLowerCase(Locale.ROOT))
                    || (format == PictureFormat.TIFF && name.equals("tif"))) {
                return format;
            }
        }
        throw new FuseException(
                ErrorCode.BAD_REQUEST,
                "format is '" + Words.quoted(word) + "'; it must be "
                        + Arrays.stream(PictureFormat.values())
                                .map(PictureFormat::extension)
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /** One of an option's words, which are the values' names in lower case, with a hyphen where these have an underscore. */
    private static <E extends Enum<E>> E word(String option, String word, E[] values) {
        String name = word.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        for (E value : values) {
            if (value.name().equals(name)) {
                return value;
            }
        }
        List<String> words = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        int last = words.size() - 1;
        throw new FuseException(
                ErrorCode.BAD_REQUEST,
                option + " is '" + Words.quoted(word) + "'; it must be " + String.join(", ", words.subList(0, last))
                        + " or " + words.get(last) + ".");
    }

    private static int longestEdge(String word) {
        String name = word.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "original" -> OutputSettings.ORIGINAL;
            case "512", "1024", "2048" -> Integer.parseInt(name);
            // The same numbers from clients whose numbers are all floating point.
            case "512.0", "1024.0", "2048.0" -> Integer.parseInt(name.substring(0, name.indexOf('.')));
            default ->
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "resolution is '" + Words.quoted(word) + "'; it must be original, 512, 1024 or 2048.");
        };
    }

    /** The engine's own word for the largest face is a negative index; callers say nothing instead. */
    private static int face(String name, @Nullable Integer index, int otherwise) {
        if (index != null && index < 0) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    name + " is " + index + "; it counts from left to right from 0, and is left out for the largest.");
        }
        return or(index, otherwise);
    }

    private static float or(@Nullable Float value, float otherwise) {
        return value == null ? otherwise : value;
    }

    private static int or(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
