package dev.facefuse.function.events;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.Storage;
import dev.facefuse.function.events.EventParser.ParsedEvent;
import dev.facefuse.function.events.InputResolver.Inputs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes results of uploads. An event only says that something may have changed: what is in the store decides. A result is stored with
 * the versions of its sources, so an event that is delivered again, or a second worker, finds the result and does nothing. Each write
 * replaces only what was seen before, so two workers at one job produce one result.
 *
 * <p>If an upload cannot be fused, an error object is written instead, and other uploads continue. A retryable error is thrown after the
 * event's other uploads were processed, so that the platform delivers the event again. An event has a largest number of uploads and a
 * deadline, and ends before its next upload when the caller has disconnected. Thread-safe.
 */
public final class UploadFunction implements Function<Event, List<Outcome>> {
    private static final Logger log = LoggerFactory.getLogger(UploadFunction.class);

    /** Attempts at a job whose sources or result another process changes meanwhile. */
    private static final int MOST_TRIES = 3;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final BiFunction<FuseInput, RequestContext, FuseOutput> fuse;
    private final Storage storage;
    private final EventSettings settings;
    private final FuseJson json;
    private final InputResolver inputs;
    private final LongSupplier nanoTime;
    private volatile boolean isStopping;

    /** Closes none of its arguments. */
    public UploadFunction(
            BiFunction<FuseInput, RequestContext, FuseOutput> fuse,
            Storage storage,
            FuseJson json,
            EventSettings settings) {
        this(fuse, storage, json, settings, System::nanoTime);
    }

    /**
     * Uses the given clock.
     *
     * @param nanoTime as {@link System#nanoTime()}
     */
    UploadFunction(
            BiFunction<FuseInput, RequestContext, FuseOutput> fuse,
            Storage storage,
            FuseJson json,
            EventSettings settings,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.fuse = fuse;
        this.storage = storage;
        this.settings = settings;
        this.json = json;
        this.inputs = new InputResolver(storage, json, settings);
    }

    /**
     * Processes an event.
     *
     * @return one outcome for each upload
     * @throws FuseException {@code bad-request} if the event has no known format or too many uploads, {@code storage-denied}
     *     for a bucket that is not allowed, {@code timeout} after the deadline or when the caller has disconnected, and any
     *     retryable error
     */
    @Override
    public List<Outcome> apply(Event event) {
        return apply(event, RequestContext.fromMdc());
    }

    /**
     * Processes an event until the context is cancelled.
     *
     * @throws FuseException as {@link #apply(Event)}
     */
    public List<Outcome> apply(Event event, RequestContext context) {
        ParsedEvent parsed = EventParser.parse(event);
        requireFewUploads(parsed);
        EventTally tally = new EventTally(parsed);
        Deadline deadline = new Deadline(settings.deadline(), nanoTime, context);
        try {
            return all(parsed.uploads(), tally, deadline);
        } finally {
            log.info("{}", tally);
        }
    }

    /**
     * Rejects an event that has too many uploads, before it is put into a queue. Other errors are found when it is processed.
     *
     * @throws FuseException {@code bad-request}
     */
    public void requireFewUploads(Event event) {
        ParsedEvent parsed;
        try {
            parsed = EventParser.parse(event);
        } catch (FuseException e) {
            log.debug("The event has no known format", e);
            return;
        }
        requireFewUploads(parsed);
    }

    private void requireFewUploads(ParsedEvent event) {
        int count = event.uploads().size();
        if (count > settings.maxUploads()) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The event names " + count + " uploads, of which none is fused; send at most "
                            + settings.maxUploads() + " in an event, or raise facefuse.events.max-uploads.");
        }
    }

    /**
     * Ends running events before their next upload with {@code busy}, so that they are delivered again. The first upload of an event is
     * always processed, so each delivery makes progress.
     */
    public void stop() {
        isStopping = true;
    }

    private List<Outcome> all(Set<Upload> uploads, EventTally tally, Deadline deadline) {
        FuseException fault = null;
        for (Upload upload : uploads) {
            deadline.check(tally);
            if (isStopping && tally.isBegun()) {
                throw FuseException.busy("This process is stopping, after " + tally.progress(), SOON);
            }
            try {
                tally.add(one(upload, deadline.context()));
            } catch (FuseException e) {
                tally.addFault();
                if (fault == null || (e.code().isRetryable() && !fault.code().isRetryable())) {
                    fault = e;
                }
            }
        }
        if (fault != null) {
            throw fault;
        }
        return tally.outcomes();
    }

    private Outcome one(Upload upload, RequestContext context) {
        Outcome outcome =
                Job.of(upload, settings).map(job -> run(job, context)).orElseGet(() -> Outcome.ignored(upload));
        String other = upload.otherKey();
        return outcome.kind() == Outcome.Kind.IGNORED && other != null
                ? one(new Upload(upload.bucket(), other), context)
                : outcome;
    }

    private Outcome run(Job job, RequestContext context) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<Outcome> outcome = attempt(job, context);
            if (outcome.isPresent()) {
                log.debug("{}: {}", job.name(), outcome.get().kind());
                return outcome.get();
            }
        }
        throw FuseException.busy("What is to be fused changes all the time", SOON);
    }

    /** One attempt; empty if the store changed meanwhile. */
    private Optional<Outcome> attempt(Job job, RequestContext context) {
        JobResult.requireWritable(job, settings, storage);
        Optional<Inputs> resolved = inputs.resolve(job);
        if (resolved.isEmpty()) {
            return Optional.of(
                    Outcome.ignored(job.upload())); // After one request: all uploads of an event may be forged.
        }
        SourceVersions versions = resolved.get().versions();
        JobResult result = JobResult.find(job, settings, storage, json);
        Optional<String> before = result.madeFrom(versions);
        if (before.isPresent()) {
            return outcome(job, Outcome.Kind.DONE_BEFORE, before);
        }
        try {
            result.requireReplaceable();
            FuseOutput output = fuse.apply(resolved.get().required(), context);
            if (!inputs.resolve(job).map(Inputs::versions).equals(Optional.of(versions))) {
                return Optional.empty(); // The picture may have been made from older or newer versions.
            }
            return outcome(job, Outcome.Kind.FUSED, result.write(output, versions));
        } catch (FuseException e) {
            if (e.code().isRetryable()) {
                throw e;
            }
            return outcome(job, Outcome.Kind.FAILED, result.writeError(e, job.upload(), versions));
        }
    }

    private static Optional<Outcome> outcome(Job job, Outcome.Kind kind, Optional<String> result) {
        return result.map(uri -> new Outcome(job.upload().uri(), kind, uri));
    }
}
