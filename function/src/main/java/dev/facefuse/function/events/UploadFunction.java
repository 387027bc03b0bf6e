package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Caller;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.Storage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads become results, however often and by however many events they are told of: an event is a hint to look, and what is
 * there decides. Results carry the versions of what they were made of; a job whose result has the present ones is done. Two
 * workers at one job get one result, since each writes only in place of what it saw.
 *
 * <p>What is wrong with an upload ends as an error object after one try, and returns. A fault that may pass is thrown, after the
 * event's other uploads had their turn: platforms then send the event again. An event has a largest number of uploads and a
 * deadline, and ends before the next upload when its caller has disconnected. Safe for use by any thread.
 */
public final class UploadFunction implements Function<Event, List<Outcome>> {
    private static final Logger log = LoggerFactory.getLogger(UploadFunction.class);

    /** Times that somebody else may write, or sources may change, between looking and writing. */
    private static final int MOST_TRIES = 3;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Function<FuseInput, FuseOutput> fuse;
    private final Storage storage;
    private final EventSettings settings;
    private final Gather gather;
    private final FindResult findResult;
    private final Deliver deliver;
    private final Fail fail;
    private final LongSupplier nanoTime;
    private volatile boolean isStopping;

    /** Uses all of these; closing them stays the caller's business. */
    public UploadFunction(
            Function<FuseInput, FuseOutput> fuse, Storage storage, FuseJson json, EventSettings settings) {
        this(fuse, storage, json, settings, System::nanoTime);
    }

    /**
     * With another clock.
     *
     * @param nanoTime as {@link System#nanoTime()}
     */
    UploadFunction(
            Function<FuseInput, FuseOutput> fuse,
            Storage storage,
            FuseJson json,
            EventSettings settings,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.fuse = fuse;
        this.storage = storage;
        this.settings = settings;
        this.gather = new Gather(storage, json, settings);
        this.findResult = new FindResult(storage);
        this.deliver = new Deliver(storage, json);
        this.fail = new Fail(storage, json);
    }

    /**
     * Does what an event asks for.
     *
     * @throws FuseException {@code bad-request} for an event of no known kind or with too many uploads, {@code storage-denied}
     *     for a bucket that is not allowed, {@code timeout} after the deadline or when the caller has disconnected, and what may
     *     pass
     */
    @Override
    public List<Outcome> apply(Event event) {
        Unwrap unwrapped = Unwrap.of(event);
        requireFewUploads(unwrapped);
        EventTally tally = new EventTally(unwrapped);
        Deadline deadline = new Deadline(settings.deadline(), nanoTime, Caller.listener());
        try {
            return Caller.told(deadline, () -> all(unwrapped.uploads(), tally, deadline));
        } finally {
            log.info("{}", tally);
        }
    }

    /**
     * Rejects an event that would be rejected for its number of uploads when it comes out of a
     * queue. Other errors in it are found there.
     *
     * @throws FuseException {@code bad-request}
     */
    public void requireFewUploads(Event event) {
        Unwrap unwrapped;
        try {
            unwrapped = Unwrap.of(event);
        } catch (FuseException e) {
            log.debug("An event is of no kind that is known", e);
            return;
        }
        requireFewUploads(unwrapped);
    }

    private void requireFewUploads(Unwrap event) {
        int count = event.uploads().size();
        if (count > settings.maxUploads()) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The event names " + count + " uploads, of which none is fused; send at most "
                            + settings.maxUploads() + " in an event, or raise facefuse.events.max-uploads.");
        }
    }

    /**
     * Ends running events before their next upload, as {@code busy}: they are to be sent again, to another process or later. The first
     * upload of an event is always fused, so each delivery makes progress.
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
                tally.add(one(upload));
            } catch (FuseException e) {
                tally.addFault();
                if (fault == null || (Faults.mayPass(e) && !Faults.mayPass(fault))) {
                    fault = e;
                }
            }
        }
        if (fault != null) {
            throw fault;
        }
        return tally.outcomes();
    }

    private Outcome one(Upload upload) {
        Outcome outcome = Recognise.job(upload, settings).map(this::run).orElseGet(() -> Outcome.ignored(upload));
        String other = upload.otherKey();
        return outcome.kind() == Outcome.Kind.IGNORED && other != null
                ? one(new Upload(upload.bucket(), other))
                : outcome;
    }

    private Outcome run(Job job) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<Outcome> outcome = attempt(job);
            if (outcome.isPresent()) {
                log.debug("{}: {}", job.name(), outcome.get().kind());
                return outcome.get();
            }
        }
        throw FuseException.busy("What is to be fused changes all the time", SOON);
    }

    /** Once along the way; empty if something changed under it. */
    private Optional<Outcome> attempt(Job job) {
        Results.requireWritable(job, settings, storage);
        Optional<Ingredients> ingredients = gather.of(job);
        if (ingredients.isEmpty()) {
            return Optional.of(Outcome.ignored(job.upload())); // One request: an event's uploads may all be made up.
        }
        Results there = Results.of(job, settings, storage);
        Sources sources = ingredients.get().sources();
        Optional<String> before = findResult.of(sources, there);
        if (before.isPresent()) {
            return outcome(job, Outcome.Kind.DONE_BEFORE, before);
        }
        try {
            Results.requireOwn(there.reportUri(), there.report());
            FuseOutput output = fuse.apply(ingredients.get().required());
            if (!gather.of(job).map(Ingredients::sources).equals(Optional.of(sources))) {
                return Optional.empty(); // Who knows which versions it was made of.
            }
            return outcome(job, Outcome.Kind.FUSED, deliver.picture(output, sources, there));
        } catch (FuseException e) {
            if (Faults.mayPass(e)) {
                throw e;
            }
            return outcome(job, Outcome.Kind.FAILED, fail.error(job.upload(), e, sources, there));
        }
    }

    private static Optional<Outcome> outcome(Job job, Outcome.Kind kind, Optional<String> result) {
        return result.map(uri -> new Outcome(job.upload().uri(), kind, uri));
    }
}
