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
import dev.facefuse.function.FuseOption.Decimal;
import dev.facefuse.function.FuseOption.FaceIndex;
import dev.facefuse.function.FuseOption.Placement;
import dev.facefuse.function.FuseOption.Text;
import dev.facefuse.function.FuseOption.Whole;
import dev.facefuse.function.FuseOption.Word;
import dev.facefuse.function.FuseOption.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The declarations of all options of a fusion. After a change, {@code GeneratedFilesTest} with {@code -Dupdate} updates the page
 * and the documentation.
 */
public final class FuseOptionCatalog {
    private static final float STEP = 0.05f;
    private static final float FINE_STEP = 0.01f;

    static final FuseOption<Float> BLEND = decimal(
            new Decimal(Blending.RATIO, STEP, Blending.DEFAULT.ratio()),
            new Text("Blend ratio", "融合比例"),
            new Text("How much of the fused face; 0 is the template, pixel for pixel", "融合后的脸占多少；0 时逐像素等于模板图"),
            (options, ratio) ->
                    options.with(new Blending(ratio, options.blending().mode())));

    static final FuseOption<String> MODE = new FuseOption<>(
            "mode",
            words(
                    Blending.DEFAULT.mode(),
                    new Text("Normal", "normal"),
                    new Text("Blend", "blend"),
                    new Text("Overlay", "overlay")),
            new Text("Blend mode", "融合模式"),
            new Text(
                    "How the fused face is blended; blend keeps the template's colour in the fused face's light",
                    "融合方式；blend 取模板的颜色和融合后的明暗"),
            Placement.FORM,
            (options, word) ->
                    options.with(new Blending(options.blending().ratio(), value("mode", word, BlendMode.values()))));

    static final FuseOption<String> RESOLUTION = new FuseOption<>(
            "resolution",
            new Words(
                    List.of(
                            new Word("original", new Text("As the template", "与模板图相同")),
                            new Word("512", Text.same("512 px")),
                            new Word("1024", Text.same("1024 px")),
                            new Word("2048", Text.same("2048 px"))),
                    "original",
                    Text.same("original")),
            new Text("Output resolution", "输出分辨率"),
            new Text("Longest edge of the result in pixels", "结果的最长边（像素）"),
            Placement.FORM,
            output((output, word) -> new OutputSettings(longestEdge(word), output.format(), output.quality())));

    static final FuseOption<Float> THRESHOLD = decimal(
            new Decimal(FaceChoice.THRESHOLD, FINE_STEP, FaceChoice.DEFAULT.threshold()),
            new Text("Face detection threshold", "人脸检测阈值"),
            new Text("Detection score that a face must reach", "人脸检测分数的下限"),
            faces((faces, threshold) -> new FaceChoice(faces.templateFace(), faces.userFace(), threshold)));

    static final FuseOption<Integer> TEMPLATE_FACE = new FuseOption<>(
            "templateFace",
            new FaceIndex(),
            new Text("Face in the template", "模板图中的人脸"),
            new Text(
                    "Which face of the template is replaced, counted from left to right from 0",
                    "替换模板图中的哪张脸，从左到右，从 0 数起"),
            Placement.PICTURE,
            faces((faces, index) -> new FaceChoice(index("templateFace", index), faces.userFace(), faces.threshold())));

    static final FuseOption<Integer> USER_FACE = new FuseOption<>(
            "userFace",
            new FaceIndex(),
            new Text("Face in the photo", "用户图中的人脸"),
            new Text(
                    "Which face of the user's photo is taken, counted from left to right from 0",
                    "取用户图中的哪张脸，从左到右，从 0 数起"),
            Placement.PICTURE,
            faces((faces, index) -> new FaceChoice(faces.templateFace(), index("userFace", index), faces.threshold())));

    static final FuseOption<Float> SKIN_SMOOTH = decimal(
            new Decimal(Retouching.SKIN_SMOOTH, STEP, Retouching.NONE.skinSmooth()),
            new Text("Skin smoothing", "皮肤平滑"),
            new Text("Smooths the skin and keeps edges", "平滑皮肤，保留边缘"),
            retouching((old, value) -> new Retouching(value, old.brightness(), old.contrast(), old.saturation())));

    static final FuseOption<Float> BRIGHTNESS = decimal(
            new Decimal(Retouching.BRIGHTNESS, STEP, Retouching.NONE.brightness()),
            new Text("Brightness", "亮度"),
            new Text("Brightness of the face", "人脸的亮度"),
            retouching((old, value) -> new Retouching(old.skinSmooth(), value, old.contrast(), old.saturation())));

    static final FuseOption<Float> CONTRAST = decimal(
            new Decimal(Retouching.CONTRAST, STEP, Retouching.NONE.contrast()),
            new Text("Contrast", "对比度"),
            new Text("Contrast of the face", "人脸的对比度"),
            retouching((old, value) -> new Retouching(old.skinSmooth(), old.brightness(), value, old.saturation())));

    static final FuseOption<Float> SATURATION = decimal(
            new Decimal(Retouching.SATURATION, STEP, Retouching.NONE.saturation()),
            new Text("Saturation", "饱和度"),
            new Text("Saturation of the face", "人脸的饱和度"),
            retouching((old, value) -> new Retouching(old.skinSmooth(), old.brightness(), old.contrast(), value)));

    /** {@code jpeg} and {@code tif} are accepted too. */
    public static final FuseOption<String> FORMAT = new FuseOption<>(
            "format",
            new Words(
                    formats(), "", new Text("the output's extension, else the template's format", "输出文件的扩展名，否则与模板图相同")),
            new Text("File format", "文件格式"),
            new Text("File format of the result", "结果的文件格式"),
            Placement.DETAILS,
            output((output, word) -> new OutputSettings(output.longestEdge(), format(word), output.quality())));

    static final FuseOption<Integer> QUALITY = new FuseOption<>(
            OutputSettings.QUALITY.option(),
            new Whole(OutputSettings.QUALITY, OutputSettings.DEFAULT.quality()),
            new Text("Quality", "质量"),
            new Text("Quality of jpg and webp; WebP at 100 is lossless", "jpg 和 webp 的质量；WebP 为 100 时无损"),
            Placement.DETAILS,
            output((output, quality) -> new OutputSettings(output.longestEdge(), output.format(), quality)));

    static final FuseOption<String> ENHANCE = new FuseOption<>(
            "enhance",
            words(
                    FuseOptions.DEFAULT.enhance(),
                    new Text("Where it shows", "自动"),
                    new Text("Always", "总是"),
                    new Text("Never", "从不")),
            new Text("Detail enhancement", "细节增强"),
            new Text(
                    "Whether a pack's enhancer adds detail to the face; auto does from 100 pixels on",
                    "模型包的增强网络是否为人脸增加细节；auto 时人脸不小于 100 像素才增强"),
            Placement.DETAILS,
            (options, word) -> options.with(value("enhance", word, Enhance.values())));

    static final FuseOption<String> MARK = new FuseOption<>(
            "mark",
            words(Mark.NONE.words(), new Text("None", "无"), Text.same("AI生成"), Text.same("AI-generated")),
            new Text("Visible mark", "显式标识"),
            new Text(
                    "Visible words that say the picture is made: zh is AI生成, en is AI-generated",
                    "图上可见的标识文字：zh 为 AI生成，en 为 AI-generated"),
            Placement.DETAILS,
            (options, word) -> options.with(new Mark(
                    value("mark", word, Mark.Words.values()), options.mark().corner())));

    static final FuseOption<String> MARK_CORNER = new FuseOption<>(
            "markCorner",
            words(
                    Mark.Corner.BOTTOM_RIGHT,
                    new Text("Top left", "左上"),
                    new Text("Top right", "右上"),
                    new Text("Bottom left", "左下"),
                    new Text("Bottom right", "右下")),
            new Text("Where the mark is", "标识位置"),
            new Text("Corner of the visible mark", "显式标识所在的角"),
            Placement.DETAILS,
            (options, word) ->
                    options.with(new Mark(options.mark().words(), value("markCorner", word, Mark.Corner.values()))));

    /** All options, in the order of help, page and documentation. */
    public static final List<FuseOption<?>> ALL = List.of(
            BLEND,
            MODE,
            RESOLUTION,
            THRESHOLD,
            TEMPLATE_FACE,
            USER_FACE,
            SKIN_SMOOTH,
            BRIGHTNESS,
            CONTRAST,
            SATURATION,
            FORMAT,
            QUALITY,
            ENHANCE,
            MARK,
            MARK_CORNER);

    private FuseOptionCatalog() {}

    private static FuseOption<Float> decimal(
            Decimal values, Text label, Text help, BiFunction<FuseOptions, Float, FuseOptions> setter) {
        return new FuseOption<>(values.range().option(), values, label, help, Placement.FORM, setter);
    }

    private static <V> BiFunction<FuseOptions, V, FuseOptions> faces(BiFunction<FaceChoice, V, FaceChoice> change) {
        return (options, value) -> options.with(change.apply(options.faces(), value));
    }

    private static BiFunction<FuseOptions, Float, FuseOptions> retouching(
            BiFunction<Retouching, Float, Retouching> change) {
        return (options, value) -> options.with(change.apply(options.retouching(), value));
    }

    private static <V> BiFunction<FuseOptions, V, FuseOptions> output(
            BiFunction<OutputSettings, V, OutputSettings> change) {
        return (options, value) -> options.with(change.apply(options.output(), value));
    }

    /** The values of an enum as words, with a label for each in their order. */
    private static Words words(Enum<?> initial, Text... labels) {
        List<Word> words = new ArrayList<>();
        for (Enum<?> value : initial.getDeclaringClass().getEnumConstants()) {
            words.add(new Word(word(value), labels[words.size()]));
        }
        return new Words(List.copyOf(words), word(initial), Text.same(word(initial)));
    }

    private static List<Word> formats() {
        List<Word> formats = new ArrayList<>();
        formats.add(new Word("", new Text("As the template", "与模板图相同")));
        for (PictureFormat format : PictureFormat.values()) {
            formats.add(new Word(format.extension(), Text.same(format.title())));
        }
        return List.copyOf(formats);
    }

    /** An enum's value as callers write it: in lower case, with hyphens. */
    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E value(String option, String word, E[] values) {
        String name = word.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        for (E value : values) {
            if (value.name().equals(name)) {
                return value;
            }
        }
        List<String> words = Arrays.stream(values).map(FuseOptionCatalog::word).toList();
        throw new FuseException(
                ErrorCode.BAD_REQUEST,
                option + " is '" + Messages.quoted(word) + "'; it must be " + Messages.alternatives(words) + ".");
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
                        "resolution is '" + Messages.quoted(word) + "'; it must be original, 512, 1024 or 2048.");
        };
    }

    /** The engine uses a negative index for the largest face; callers leave the option out instead. */
    private static int index(String option, int index) {
        if (index < 0) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    option + " is " + index
                            + "; it counts from left to right from 0, and is left out for the largest.");
        }
        return index;
    }

    /**
     * A picture format by its name or file name extension, {@code jpeg} and {@code tif} included.
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
                "format is '" + Messages.quoted(word) + "'; it must be "
                        + Arrays.stream(PictureFormat.values())
                                .map(PictureFormat::extension)
                                .collect(Collectors.joining(", "))
                        + ".");
    }
}
