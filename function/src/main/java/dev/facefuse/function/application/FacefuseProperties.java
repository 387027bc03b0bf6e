package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.memory.AdmissionSettings;
import dev.facefuse.engine.memory.Cleaning;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.events.EventSettings;
import dev.facefuse.function.storage.StorageSettings;
import dev.facefuse.nativelib.AllocatorSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code facefuse.*}, also as environment variables ({@code FACEFUSE_DEVICE}).
 *
 * @param pack name of an embedded pack or a directory with a {@code pack.json}
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}
 * @param precision what large networks compute in: {@code auto}, {@code float32}, {@code bfloat16} or {@code float16}
 * @param admission how many may fuse at a time and how many may wait
 * @param openRequests requests whose bodies may be in memory at a time, at least those that fuse or wait, at most 1024; further
 *     ones are refused before their body is read. 0 means three more than fuse or wait
 * @param limits what a picture may be at most
 * @param memory how much memory may be used, and how
 * @param label what fused pictures say of themselves
 * @param storage which places may be read and written, and how
 * @param events where in a bucket uploads and results lie, and what is done with events
 * @param queue where at the broker events wait, and how often they are tried
 * @param access who may come in
 * @param host the address to listen on, such as {@code 127.0.0.1} or {@code 0.0.0.0}; if null or blank, loopback without access
 *     tokens and every address with them
 * @param http how fast clients must be, and which names and web sites the HTTP server answers to
 * @param tracing whether fusions and their stages are told to a tracing system, which OpenTelemetry's own {@code OTEL_…} name
 */
@ConfigurationProperties(FacefuseProperties.PREFIX)
public record FacefuseProperties(
        @DefaultValue("mesh") String pack,
        @DefaultValue("auto") String device,
        @DefaultValue("auto") Precision precision,
        @DefaultValue Admission admission,
        @DefaultValue("0") int openRequests,
        @DefaultValue Limits limits,
        @DefaultValue Memory memory,
        @DefaultValue Label label,
        @DefaultValue Storage storage,
        @DefaultValue Events events,
        @DefaultValue Queue queue,
        @DefaultValue Access access,
        @Nullable String host,
        @DefaultValue Http http,
        @DefaultValue("false") boolean tracing) {

    static final String PREFIX = "facefuse";

    private static final Pattern NAMED = Pattern.compile("(?!amq\\.)[A-Za-z0-9._-]{1,100}");
    private static final String NAME = " must have up to 100 letters, digits, dots, hyphens and underscores.";

    private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda(:\\d{1,2})?");

    /** Room for options, part headers and boundaries beside the pictures. */
    private static final long BESIDE_PICTURES_BYTES = 64 << 10;

    /** Bodies that are read while others are fused or wait. */
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

    /**
     * How many may fuse at a time and how many may wait; in bounds, as an engine's {@link AdmissionSettings} are.
     *
     * @param permits fusions at a time
     * @param queue requests that may wait for a permit
     * @param maxWait the longest that one waits, such as {@code 5s}
     */
    public record Admission(
            @DefaultValue("1") int permits,
            @DefaultValue("0") int queue,
            @DefaultValue("0s") Duration maxWait) {

        public Admission {
            new AdmissionSettings(permits, queue, maxWait);
        }

        /** How many may fuse or wait. */
        public int admitted() {
            return permits + queue;
        }

        AdmissionSettings settings() {
            return new AdmissionSettings(permits, queue, maxWait);
        }
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

    /**
     * How much memory may be used, and how; in bounds, as an engine's {@link MemorySettings} are.
     *
     * @param plan the fastest that may be taken on a GPU: {@code auto}, {@code resident}, {@code staged}, {@code streamed} or
     *     {@code host}
     * @param reserve of a GPU's memory that plans leave alone
     * @param cleaning when caches are given back: {@code always}, {@code pressure} or {@code never}
     * @param allocator of CUDA memory; once a process
     * @param hostLimit the most that the process may have resident, a megabyte being 2²⁰ bytes here; 0 for what the machine or its
     *     cgroup has
     */
    public record Memory(
            @DefaultValue("auto") String plan,
            @DefaultValue("128MB") DataSize reserve,
            @DefaultValue("pressure") Cleaning cleaning,
            @DefaultValue Allocator allocator,
            @DefaultValue("0B") DataSize hostLimit) {

        public Memory {
            Plan.parse(plan);
            require(!reserve.isNegative(), "facefuse.memory.reserve is " + reserve + "; it cannot be negative.");
            require(!hostLimit.isNegative(), "facefuse.memory.host-limit is " + hostLimit + "; it cannot be negative.");
        }

        MemorySettings settings() {
            return new MemorySettings(
                    Plan.parse(plan), reserve.toBytes(), cleaning, allocator.settings(), hostLimit.toBytes());
        }
    }

    /**
     * libtorch's caching allocator; what it is for and what goes together is {@link AllocatorSettings}'s to say. A
     * {@code PYTORCH_ALLOC_CONF} of the environment wins.
     *
     * @param maxSplitSizeMb MiB, 0 for no limit; 128 where nothing is said, 0 with expandable segments
     * @param expandableSegments segments that grow
     * @param garbageCollectionThreshold 0 … 1, 0 for never
     * @param memoryFraction of each card that this process may use, at most 1
     * @param launchBlocking whether every kernel is waited for, for debugging
     */
    public record Allocator(
            @Nullable Integer maxSplitSizeMb,
            @DefaultValue("false") boolean expandableSegments,
            @DefaultValue("0") double garbageCollectionThreshold,
            @DefaultValue("1") double memoryFraction,
            @DefaultValue("false") boolean launchBlocking) {

        public Allocator {
            settings(maxSplitSizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
        }

        AllocatorSettings settings() {
            return settings(
                    maxSplitSizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
        }

        private static AllocatorSettings settings(
                @Nullable Integer maxSplitSizeMb,
                boolean expandableSegments,
                double garbageCollectionThreshold,
                double memoryFraction,
                boolean launchBlocking) {
            int split = maxSplitSizeMb != null
                    ? maxSplitSizeMb
                    : expandableSegments ? 0 : AllocatorSettings.DEFAULT.maxSplitSizeMb();
            try {
                return new AllocatorSettings(
                        split, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
            } catch (IllegalArgumentException e) {
                throw new FuseException(ErrorCode.BAD_REQUEST, "facefuse.memory.allocator: " + e.getMessage() + ".", e);
            }
        }
    }

    /**
     * What fused pictures say of themselves; in bounds, as an engine's {@link LabelSettings} are.
     *
     * @param implicit whether their metadata say that they are made, and by what
     * @param producer who offers the service, by name or code
     * @param propagator who spreads them, by name or code; empty for others to say
     * @param mark words that every picture carries whatever its request says: {@code none}, {@code zh} or {@code en}
     * @param markCorner of every mark whose request names no other; bottom right where nothing is said
     */
    public record Label(
            @DefaultValue("true") boolean implicit,
            @DefaultValue("facefuse") String producer,
            @DefaultValue("") String propagator,
            @DefaultValue("none") Mark.Words mark,
            Mark.@Nullable Corner markCorner) {

        public Label {
            new LabelSettings(implicit, producer, propagator, new Mark(mark, markCorner));
        }

        LabelSettings settings() {
            return new LabelSettings(implicit, producer, propagator, new Mark(mark, markCorner));
        }
    }

    /**
     * Which places may be read and written, and how; in bounds, as {@link StorageSettings} are.
     *
     * @param read prefixes, such as {@code s3://bucket/incoming/}
     * @param write prefixes
     * @param connectTimeout for a connection
     * @param readTimeout between two reads of an answer
     * @param timeout for an object, with all tries
     * @param attempts tries in all
     * @param s3 which S3
     */
    public record Storage(
            @DefaultValue List<String> read,
            @DefaultValue List<String> write,
            @DefaultValue("2s") Duration connectTimeout,
            @DefaultValue("10s") Duration readTimeout,
            @DefaultValue("60s") Duration timeout,
            @DefaultValue("3") int attempts,
            @DefaultValue S3 s3) {

        public Storage {
            settings(read, write, new StorageSettings.Patience(connectTimeout, readTimeout, timeout, attempts), s3);
        }

        StorageSettings settings() {
            return settings(
                    read, write, new StorageSettings.Patience(connectTimeout, readTimeout, timeout, attempts), s3);
        }

        private static StorageSettings settings(
                List<String> read, List<String> write, StorageSettings.Patience patience, S3 s3) {
            return new StorageSettings(
                    read, write, patience, new StorageSettings.S3(s3.endpoint(), s3.region(), s3.addressing()));
        }
    }

    /**
     * Which S3; credentials come from the AWS SDK's default chain.
     *
     * @param endpoint of a store that is not Amazon's
     * @param region null for what the SDK finds
     * @param addressing {@code auto}, {@code path} or {@code virtual}
     */
    public record S3(
            @Nullable URI endpoint,
            @Nullable String region,
            @DefaultValue("auto") StorageSettings.Addressing addressing) {}

    /**
     * Where in a bucket uploads and results lie; in bounds, as {@link EventSettings} are.
     *
     * @param incoming prefix of what starts jobs
     * @param templates prefix of templates
     * @param fused prefix of results
     * @param maxUploads uploads that one event may name
     * @param deadline for all uploads of one event
     * @param relay whether HTTP puts events into the queue instead of doing what they ask for
     */
    public record Events(
            @DefaultValue("incoming/") String incoming,
            @DefaultValue("templates/") String templates,
            @DefaultValue("fused/") String fused,
            @DefaultValue("1000") int maxUploads,
            @DefaultValue("5m") Duration deadline,
            @DefaultValue("false") boolean relay) {

        public Events {
            new EventSettings(incoming, templates, fused, maxUploads, deadline);
        }

        EventSettings settings() {
            return new EventSettings(incoming, templates, fused, maxUploads, deadline);
        }
    }

    /**
     * Where at the broker events wait, and how often they are tried.
     *
     * @param exchange the topic exchange that events are published to
     * @param group who shares the work; the queue's name is the exchange's, a dot, and this
     * @param tries of an event whose faults may pass, the first included
     * @param retryDelay between two of them
     * @param redeliveries of an event whose worker died over it
     */
    public record Queue(
            @DefaultValue("facefuse") String exchange,
            @DefaultValue("uploads") String group,
            @DefaultValue("5") int tries,
            @DefaultValue("30s") Duration retryDelay,
            @DefaultValue("5") int redeliveries) {

        private static final Duration LONGEST_DELAY = Duration.ofDays(1);

        public Queue {
            require(isName(exchange), "facefuse.queue.exchange" + NAME);
            require(isName(group), "facefuse.queue.group" + NAME);
            require(tries >= 1 && tries <= 100, "facefuse.queue.tries is " + tries + "; it must be between 1 and 100.");
            require(
                    !retryDelay.isNegative() && retryDelay.compareTo(LONGEST_DELAY) <= 0,
                    "facefuse.queue.retry-delay is " + retryDelay.toMillis() + " ms; it must be between 0 and a day.");
            require(
                    redeliveries >= 1 && redeliveries <= 1000,
                    "facefuse.queue.redeliveries is " + redeliveries + "; it must be between 1 and 1000.");
        }

        /** AMQP has 255 bytes for a name, of which some are for what is put behind it. */
        private static boolean isName(String name) {
            return NAMED.matcher(name).matches();
        }
    }

    /**
     * Who may come in: whoever sends one of the tokens, or, if there are none, everybody.
     *
     * @param tokens of 16 or more characters of ASCII without spaces; left out for none, but never set to nothing
     * @param tokensFile with further ones, one a line; null for none
     */
    public record Access(List<String> tokens, @Nullable String tokensFile) {

        // The parameter is nullable because the setting may be left out; the component never is.
        public Access(@Nullable List<String> tokens, @Nullable String tokensFile) {
            require(
                    tokens == null || !tokens.isEmpty(),
                    "facefuse.access.tokens is empty, which would leave the server open; list tokens (openssl rand -hex 32 makes"
                            + " one), or remove the setting if none are wanted.");
            require(
                    tokensFile == null || !tokensFile.isBlank(),
                    "facefuse.access.tokens-file is empty, which would leave the server open; name a file, or remove the setting"
                            + " if no tokens are wanted.");
            this.tokens = tokens == null ? List.of() : List.copyOf(tokens);
            this.tokensFile = tokensFile;
            for (int i = 0; i < this.tokens.size(); i++) {
                AccessTokens.require(this.tokens.get(i), "facefuse.access.tokens: token " + (i + 1));
            }
        }

        /** Without the tokens, so that none comes into a log. */
        @Override
        public String toString() {
            return "Access[tokens=" + tokens.size() + ", tokensFile=" + tokensFile + "]";
        }
    }

    /**
     * How fast clients must be, and which names and web sites the HTTP server answers to.
     *
     * @param bodyTimeout for the whole body of a request with pictures; a third of it for an event
     * @param minBodyRate bytes a second that a body must come with, and a response must be read with, on average, after the first
     *     sixth of the time; 0 for any
     * @param responseTimeout that the server may wait in all for a client to read a response
     * @param origins of web pages that may use it from other sites, such as {@code https://example.org}; their hosts are names of
     *     this server too
     * @param hosts names in requests' {@code Host} beside loopback ones
     */
    public record Http(
            @DefaultValue("30s") Duration bodyTimeout,
            @DefaultValue("16KB") DataSize minBodyRate,
            @DefaultValue("60s") Duration responseTimeout,
            @DefaultValue List<String> origins,
            @DefaultValue List<String> hosts) {

        private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

        public Http {
            origins = List.copyOf(origins);
            hosts = List.copyOf(hosts);
            requireTimeout("body-timeout", bodyTimeout);
            requireTimeout("response-timeout", responseTimeout);
            require(
                    !minBodyRate.isNegative(),
                    "facefuse.http.min-body-rate is " + minBodyRate + "; it cannot be negative.");
        }

        private static void requireTimeout(String name, Duration timeout) {
            require(
                    timeout.toSeconds() >= 1 && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
                    "facefuse.http." + name + " is " + timeout.toMillis()
                            + " ms; it must be between a second and an hour.");
        }
    }

    /** What the engine is opened with. */
    public EngineSettings engineSettings() {
        return EngineSettings.DEFAULT
                .with(pack, device)
                .with(precision)
                .with(new PictureLimits(limits.bytes().toBytes(), limits.pixels(), limits.edge()))
                .with(admission.settings())
                .with(memory.settings())
                .with(label.settings());
    }

    /** Bytes that a JSON body of two pictures may have. */
    public long maxJsonBytes() {
        return 2 * FuseJson.textLength(limits.bytes().toBytes()) + BESIDE_PICTURES_BYTES;
    }

    /** Bytes that a multipart body of two pictures may have. */
    public long maxMultipartBytes() {
        return 2 * limits.bytes().toBytes() + BESIDE_PICTURES_BYTES;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new FuseException(ErrorCode.BAD_REQUEST, sentence);
        }
    }
}
