package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.problem.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says of a fused picture that it is one: for everybody to see, where that is asked for, and in its metadata, beside what the
 * template says of itself and a fused picture may say too. The same input gives the same bytes.
 */
public final class Labelling {
    private final Maker maker;
    private final LabelSettings settings;

    /** Labelling of pictures that this maker makes. */
    public Labelling(Maker maker, LabelSettings settings) {
        this.maker = maker;
        this.settings = settings;
    }

    /**
     * What makes the pictures.
     *
     * @param version of facefuse
     * @param pack the model pack's name
     * @param packVersion the model pack's version
     */
    public record Maker(String version, String pack, String packVersion) {}

    /**
     * A picture with its metadata.
     *
     * @param picture encoded
     * @param warnings about metadata that it lacks
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Labelled(byte[] picture, List<Warning> warnings) {}

    /**
     * Draws the mark into a picture that is about to be encoded, in place.
     *
     * @param asked by the request; the settings' own is drawn where that is none
     */
    public void mark(Picture picture, Mark asked) {
        Mark mark = asked.or(settings.mark());
        if (mark.words() != Mark.Words.NONE) {
            MarkPainter.draw(picture, mark.words(), mark.corner() == null ? Mark.Corner.BOTTOM_RIGHT : mark.corner());
        }
    }

    /**
     * Writes its metadata into an encoded picture.
     *
     * @param picture as {@link dev.facefuse.engine.picture.PictureWriter} writes it; not changed
     * @param template encoded picture it was made of, whose header has been read
     * @param user encoded picture it was made of
     */
    public Labelled apply(Encoded picture, Encoded template, byte[] user) {
        Container container = Container.of(picture.format());
        if (container == null) {
            return new Labelled(picture.bytes(), noPlace(picture));
        }
        Inherited inherited = Inherited.of(template, picture, this::keeps);
        List<Warning> warnings = new ArrayList<>(inherited.warnings());
        Map<XmpName, String> said = settings.implicit()
                ? Provenance.of(picture, container, template.bytes(), user, maker, settings)
                : Map.of();
        byte[] packet = said.isEmpty() && inherited.xmp().isEmpty() ? null : XmpPacket.of(said, inherited.xmp());
        if (packet != null && packet.length > XmpPacket.MOST_BYTES) {
            warnings.add(Inherited.XMP_LEFT_OUT);
            packet = said.isEmpty() ? null : XmpPacket.of(said, "");
        }
        Metadata metadata = new Metadata(inherited.exif(), inherited.profile(), packet);
        return new Labelled(metadata.isEmpty() ? picture.bytes() : container.write(picture, metadata), warnings);
    }

    private boolean keeps(String namespace, String name) {
        return XmpKept.keeps(namespace, name) && !(settings.implicit() && Provenance.says(namespace, name));
    }

    private List<Warning> noPlace(Encoded picture) {
        return settings.implicit()
                ? List.of(new Warning(
                        Warning.Kind.NO_LABEL,
                        picture.format().title() + " holds no metadata: the picture does not say that it is made. Ask"
                                + " for JPEG, PNG, WebP or TIFF for one that does."))
                : List.of();
    }
}
