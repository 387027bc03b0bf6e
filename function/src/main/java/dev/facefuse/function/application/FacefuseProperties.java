package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.application.AppliesTo.Command;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * All settings, {@code facefuse.*}, one record for each group. Spring Boot's annotation processor makes metadata from these
 * records; {@code docs/configuration.md} is generated from the metadata, so these comments are its text.
 *
 * @param pack name of an embedded model pack, or a directory with a {@code pack.json}
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}
 * @param precision number type of large networks; {@code auto} takes a 16-bit type where it is fast
 * @param admission how many fusions run and wait
 * @param openRequests requests whose bodies may be in memory at a time, at least the running and waiting fusions, at most 1024.
 *     Further requests are refused before their body is read. 0 means three more than running and waiting fusions
 * @param limits limits of input pictures
 * @param memory memory use
 * @param label labels of fused pictures
 * @param storage what may be read and written, and how
 * @param events upload events
 * @param queue the queue of upload events
 * @param access access tokens
 * @param host address to listen on, such as {@code 127.0.0.1} or {@code 0.0.0.0}. If it is not set, the server listens on the
 *     loopback address without access tokens and on all addresses with them
 * @param http the HTTP server
 * @param tracing whether spans are sent to an OpenTelemetry collector, which the {@code OTEL_…} variables configure
 */
@ConfigurationProperties(FacefuseProperties.PREFIX)
public record FacefuseProperties(
        @AppliesTo(fuseOption = "--pack") @DefaultValue("mesh")
        String pack,

        @AppliesTo(fuseOption = "--device") @DefaultValue("auto")
        String device,

        @AppliesTo(fuseOption = "--precision") @DefaultValue("auto")
        Precision precision,

        @NestedConfigurationProperty @DefaultValue AdmissionProperties admission,
        @AppliesTo(Command.SERVE) @DefaultValue("0") int openRequests,
        @NestedConfigurationProperty @DefaultValue LimitsProperties limits,
        @NestedConfigurationProperty @DefaultValue MemoryProperties memory,
        @NestedConfigurationProperty @DefaultValue LabelProperties label,
        @NestedConfigurationProperty @DefaultValue StorageProperties storage,
        @NestedConfigurationProperty @DefaultValue EventsProperties events,
        @NestedConfigurationProperty @DefaultValue QueueProperties queue,
        @NestedConfigurationProperty @DefaultValue AccessProperties access,
        @AppliesTo({Command.SERVE, Command.WORK}) @Nullable String host,
        @NestedConfigurationProperty @DefaultValue HttpProperties http,
        @DefaultValue("false") boolean tracing) {

    static final String PREFIX = "facefuse";

    private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda(:\\d{1,2})?");

    /** For options, part headers and boundaries beside the pictures in a request. */
    private static final long BESIDE_PICTURES_BYTES = 64 << 10;

    /** Bodies that are read while other requests are fused or wait. */
    private static final int BESIDE_ADMITTED = 3;

    private static final int MOST_OPEN_REQUESTS = 1024;

    public FacefuseProperties {
        require(!pack.isBlank(), "facefuse.pack is empty; name an embedded pack or a directory.");
        require(
                DEVICE.matcher(device).matches(),
                "facefuse.device is '" + device + "'; it must be auto, cpu or cuda:0.");
        int admitted = admission.admitted();
        openRequests = openRequests == 0 ? admitted + BESIDE_ADMITTED : openRequests;
        require(
                openRequests >= admitted && openRequests <= MOST_OPEN_REQUESTS,
                "facefuse.open-requests is " + openRequests + "; it must be between " + admitted
                        + " (facefuse.admission.permits and .queue) and " + MOST_OPEN_REQUESTS + ".");
    }

    /** The engine's settings. */
    public EngineSettings engineSettings() {
        return EngineSettings.DEFAULT
                .with(pack, device)
                .with(precision)
                .with(limits.settings())
                .with(admission.settings())
                .with(memory.settings())
                .with(label.settings());
    }

    /** The largest JSON body with two pictures, bytes. */
    public long maxJsonBytes() {
        return 2 * FuseJson.textLength(limits.bytes().toBytes()) + BESIDE_PICTURES_BYTES;
    }

    /** The largest multipart body with two pictures, bytes. */
    public long maxMultipartBytes() {
        return 2 * limits.bytes().toBytes() + BESIDE_PICTURES_BYTES;
    }

    /** Refuses settings with a sentence unless a condition holds. */
    static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new FuseException(ErrorCode.BAD_REQUEST, sentence);
        }
    }
}
