package dev.facefuse.function.http;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code facefuse.*}, also as environment variables ({@code FACEFUSE_DEVICE}).
 *
 * @param pack name of an embedded pack or a directory with a {@code pack.json}
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}
 * @param permits fusions at a time, 1 … 64
 * @param openRequests requests whose bodies may be in memory at a time, {@code permits} … 1024; further ones are refused
 *     before their body is read
 * @param limits what a picture may be at most
 */
@ConfigurationProperties("facefuse")
public record FacefuseProperties(
        @DefaultValue("mesh") String pack,
        @DefaultValue("auto") String device,
        @DefaultValue("1") int permits,
        @DefaultValue("4") int openRequests,
        @DefaultValue Limits limits) {

    private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda(:\\d{1,2})?");

    /** Room for options, part headers and boundaries beside the pictures. */
    private static final long BESIDE_PICTURES_BYTES = 64 << 10;

    public FacefuseProperties {
        require(!pack.isBlank(), "facefuse.pack is empty; name an embedded pack or a directory.");
        require(
                DEVICE.matcher(device).matches(),
                "facefuse.device is '" + device + "'; it must be auto, cpu or cuda:0.");
        require(permits >= 1 && permits <= 64, "facefuse.permits is " + permits + "; it must be between 1 and 64.");
        require(
                openRequests >= permits && openRequests <= 1024,
                "facefuse.open-requests is " + openRequests + "; it must be between facefuse.permits and 1024.");
    }

    /**
     * What a picture may be at most.
     *
     * @param bytes encoded size
     * @param pixels declared width times height
     * @param edge declared width or height, pixels
     */
    public record Limits(
            @DefaultValue("32MB") DataSize bytes,
            @DefaultValue("64000000") long pixels,
            @DefaultValue("16384") int edge) {

        public Limits {
            require(
                    bytes.toBytes() >= 1024 && bytes.toMegabytes() <= 512,
                    "facefuse.limits.bytes is " + bytes + "; it must be between 1KB and 512MB.");
            require(pixels >= 1, "facefuse.limits.pixels is " + pixels + "; it must be at least 1.");
            require(edge >= 1, "facefuse.limits.edge is " + edge + "; it must be at least 1.");
        }
    }

    /** What the engine is opened with. */
    public EngineSettings engineSettings() {
        return new EngineSettings(
                pack, device, new PictureLimits(limits.bytes().toBytes(), limits.pixels(), limits.edge()), permits);
    }

    /** Bytes that a JSON body of two pictures may have. */
    long maxJsonBytes() {
        return 2 * FuseJson.textLength(limits.bytes().toBytes()) + BESIDE_PICTURES_BYTES;
    }

    /** Bytes that a multipart body of two pictures may have. */
    long maxMultipartBytes() {
        return 2 * limits.bytes().toBytes() + BESIDE_PICTURES_BYTES;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new FuseException(ErrorCode.BAD_REQUEST, sentence);
        }
    }
}
