package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.problem.Warning;
import java.util.List;

/**
 * Labels fused pictures: with a visible mark, if one is asked for, and in the metadata. The metadata also get the template's colour
 * profile, artist and copyright. The same input gives the same bytes.
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
     * The program and the model pack that make the pictures.
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
            return new Labelled(picture.bytes(), noLabel(picture));
        }
        TemplateMetadata inherited = TemplateMetadata.read(template);
        byte[] label = settings.implicit()
                ? XmpPacket.of(Provenance.of(picture, container, template.bytes(), user, maker, settings))
                : null;
        Container.Metadata metadata = new Container.Metadata(inherited.attribution(), inherited.profile(), label);
        byte[] labelled = metadata.isEmpty() ? picture.bytes() : container.write(picture, metadata);
        return new Labelled(labelled, inherited.warnings());
    }

    private List<Warning> noLabel(Encoded picture) {
        return settings.implicit()
                ? List.of(new Warning(
                        Warning.Kind.NO_LABEL,
                        picture.format().title() + " holds no metadata: the picture does not say that it is made. Ask"
                                + " for JPEG, PNG, WebP or TIFF for one that does."))
                : List.of();
    }
}
