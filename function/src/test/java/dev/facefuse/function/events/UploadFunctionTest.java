package dev.facefuse.function.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.storage.MemoryS3;
import dev.facefuse.function.storage.UriStorage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class UploadFunctionTest {
    private static final String PHOTO = "s3://photos/incoming/portrait/me.jpg";
    private static final String JOB = "s3://photos/incoming/order-17/job.json";
    private static final String TEMPLATE = "s3://photos/templates/portrait.png";
    private static final String RESULT = "s3://photos/fused/portrait/me.jpg.jpg";
    private static final String REPORT = "s3://photos/fused/portrait/me.jpg.json";
    private static final String ERROR = "s3://photos/fused/portrait/me.jpg.error.json";

    private final FakeEngine engine = new FakeEngine();
    private final MemoryS3 s3 = new MemoryS3();
    private final FuseJson json = new FuseJson(1000);
    private final UriStorage storage =
            s3.storage(List.of("s3://photos/incoming/", "s3://photos/templates/"), List.of("s3://photos/fused/"));
    private final UploadFunction function =
            new UploadFunction(new FuseFunction(engine, storage, json)::apply, storage, json, EventSettings.DEFAULT);

    private int fusions;

    private void photo() {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        engine.then = result -> {
            fusions++;
            return result;
        };
    }

    @Test
    void aPhotoIsFusedIntoTheTemplateOfItsFolder() {
        photo();
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FUSED, RESULT));
        NewObject picture = s3.objects.get(RESULT);
        assertThat(picture.bytes()).isEqualTo(bytes("t+u"));
        assertThat(picture.mediaType()).isEqualTo("image/jpeg");
        assertThat(picture.metadata())
                .containsKeys("facefuse-version", "facefuse-pack", "facefuse-user-etag", "facefuse-template-etag");
        JsonNode report = JsonMapper.shared().readTree(s3.objects.get(REPORT).bytes());
        assertThat(report.get("similarity").get("user").asDouble()).isEqualTo(0.71);
        assertThat(s3.objects).doesNotContainKey(ERROR);
    }

    @Test
    void aJobSaysWhatIsToBeFused() {
        job("""
                {"template": {"uri": "/templates/portrait.png"}, "user": {"uri": "in/me.jpg"}, "options": {"format": "webp"}}""");
        s3.with(TEMPLATE, bytes("t")).with("s3://photos/incoming/order-17/in/me.jpg", bytes("u"));
        assertThat(function.apply(Samples.event("s3-multipart")))
                .containsExactly(new Outcome(JOB, Outcome.Kind.FUSED, "s3://photos/fused/order-17.jpg"));
        // The stand-in's report says jpg whatever is asked for; what was asked for arrived.
        assertThat(engine.request.options().output().format().extension()).isEqualTo("webp");
        assertThat(s3.objects.get("s3://photos/fused/order-17.jpg").bytes()).isEqualTo(bytes("t+u"));
        assertThat(s3.objects.get("s3://photos/fused/order-17.json").metadata())
                .containsKeys("facefuse-job-etag", "facefuse-template-etag", "facefuse-user-etag");
    }

    @Test
    void anEventThatComesAgainChangesNothing() {
        photo();
        function.apply(Samples.event("s3-put"));
        Map<String, NewObject> before = Map.copyOf(s3.objects);
        for (int i = 0; i < 5; i++) {
            assertThat(function.apply(Samples.event("s3-put")))
                    .containsExactly(new Outcome(PHOTO, Outcome.Kind.DONE_BEFORE, RESULT));
        }
        assertThat(s3.objects).isEqualTo(before);
        assertThat(fusions).isOne();
    }

    @Test
    void anotherVersionIsAnotherResult() {
        photo();
        function.apply(Samples.event("s3-put"));
        s3.with(PHOTO, bytes("v"));
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FUSED, RESULT));
        assertThat(s3.objects.get(RESULT).bytes()).isEqualTo(bytes("t+v"));
        s3.with(TEMPLATE, bytes("s"));
        function.apply(Samples.event("s3-put"));
        assertThat(s3.objects.get(RESULT).bytes()).isEqualTo(bytes("s+v"));
        assertThat(fusions).isEqualTo(3);
    }

    @Test
    void whatWasLeftHalfDoneIsFinished() {
        photo();
        function.apply(Samples.event("s3-put"));
        s3.objects.remove(REPORT);
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FUSED, RESULT));
        assertThat(s3.objects).containsKey(REPORT);
        s3.objects.remove(RESULT);
        function.apply(Samples.event("s3-put"));
        assertThat(s3.objects).containsKey(RESULT);
    }

    @Test
    void twoWorkersMakeOneResult() throws Exception {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        CyclicBarrier both = new CyclicBarrier(2);
        engine.then = result -> {
            meet(both);
            return result;
        };
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            List<Future<List<Outcome>>> outcomes = workers.invokeAll(List.of(
                    () -> function.apply(Samples.event("s3-put")), () -> function.apply(Samples.event("s3-put"))));
            assertThat(List.of(
                            outcomes.get(0).get().get(0), outcomes.get(1).get().get(0)))
                    .extracting(Outcome::kind)
                    .containsExactlyInAnyOrder(Outcome.Kind.FUSED, Outcome.Kind.DONE_BEFORE);
        } finally {
            workers.shutdownNow();
        }
        assertThat(s3.calls).filteredOn(call -> call.equals("write " + REPORT)).hasSize(2);
        assertThat(s3.objects.get(RESULT).bytes()).isEqualTo(bytes("t+u"));
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoLosesTheRaceForThePictureDoesNotFuseAgain() {
        photo();
        function.apply(Samples.event("s3-put"));
        NewObject picture = s3.objects.remove(RESULT);
        s3.objects.remove(REPORT);
        s3.beforeWrite = () -> s3.objects.put(RESULT, picture);
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FUSED, RESULT));
        assertThat(fusions).isEqualTo(2);
        assertThat(s3.objects).containsKeys(RESULT, REPORT);
    }

    @Test
    void anOlderWorkerDoesNotHaveTheLastWord() {
        photo();
        // While the first fusion is being delivered, another version is uploaded and done by another worker.
        s3.beforeWrite = () -> {
            s3.with(PHOTO, bytes("newer"));
            function.apply(Samples.event("s3-put"));
        };
        assertThat(function.apply(Samples.event("s3-put")))
                .extracting(Outcome::kind)
                .containsExactly(Outcome.Kind.DONE_BEFORE);
        assertThat(s3.objects.get(RESULT).bytes()).isEqualTo(bytes("t+newer"));
        assertThat(s3.objects.get(REPORT).metadata())
                .containsEntry(
                        "facefuse-user-etag", s3.objects.get(RESULT).metadata().get("facefuse-user-etag"));
    }

    @Test
    void sourcesThatChangeMeanwhileAreFusedAnew() {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        engine.then = result -> {
            if (fusions++ == 0) {
                s3.with(PHOTO, bytes("v"));
            }
            return result;
        };
        function.apply(Samples.event("s3-put"));
        assertThat(s3.objects.get(RESULT).bytes()).isEqualTo(bytes("t+v"));
        assertThat(fusions).isEqualTo(2);
    }

    @Test
    void sourcesThatNeverRestAreLeftForLater() {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        engine.then = result -> {
            s3.with(PHOTO, bytes("u" + fusions++));
            return result;
        };
        assertThat(thrownBy("s3-put").code()).isEqualTo(ErrorCode.BUSY);
        assertThat(s3.objects).doesNotContainKeys(RESULT, ERROR);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"BUSY", "OUT_OF_MEMORY", "TIMEOUT", "PACK_INVALID", "LIBRARIES_UNAVAILABLE"})
    void aPoisonedUploadEndsAsAnErrorAfterOneTry(ErrorCode code) {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        engine.then = result -> {
            fusions++;
            throw new FuseException(code, "It is no good; send another.");
        };
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FAILED, ERROR));
        JsonNode error = JsonMapper.shared().readTree(s3.objects.get(ERROR).bytes());
        assertThat(error.get("code").asString()).isEqualTo(code.code());
        assertThat(error.get("detail").asString()).isEqualTo("It is no good; send another.");
        assertThat(error.get("upload").asString()).isEqualTo(PHOTO);
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.DONE_BEFORE, ERROR));
        assertThat(fusions).isOne();
        assertThat(s3.objects).doesNotContainKeys(RESULT, REPORT);
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "OUT_OF_MEMORY", "TIMEOUT", "PACK_INVALID"})
    void aFaultThatMayPassIsThePlatformsToTryAgain(ErrorCode code) {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        engine.then = result -> {
            throw new FuseException(code, "Not now.");
        };
        assertThat(thrownBy("s3-put").code()).isEqualTo(code);
        assertThat(s3.objects).containsOnlyKeys(TEMPLATE, PHOTO);
    }

    @Test
    void aStoreThatIsAwayIsThePlatformsToTryAgain() {
        photo();
        s3.fault = new FuseException(ErrorCode.TIMEOUT, "Later.");
        assertThat(thrownBy("s3-put").code()).isEqualTo(ErrorCode.TIMEOUT);
        s3.fault = null;
        function.apply(Samples.event("s3-put"));
        assertThat(s3.objects).containsKey(RESULT);
    }

    @Test
    void nothingIsFetchedWhileThereIsNoRoom() {
        photo();
        engine.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(3));
        assertThat(thrownBy("s3-put").retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(s3.calls).noneMatch(call -> call.startsWith("read"));
    }

    @Test
    void oneUploadsFaultDoesNotHoldTheOthersBack() {
        photo();
        job(
                "{\"template\": {\"uri\": \"/templates/portrait.png\"}, \"user\": {\"uri\": \"/incoming/portrait/me.jpg\"}}");
        engine.then = result -> {
            if (fusions++ == 0) {
                throw new FuseException(ErrorCode.TIMEOUT, "Not now.");
            }
            return result;
        };
        assertThat(thrownBy("s3-in-sqs").code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(s3.objects).containsKey("s3://photos/fused/order-17.jpg").doesNotContainKey(RESULT);
    }

    @Test
    void aTemplateThatIsMissingIsSaidAndCanBeMended() {
        s3.with(PHOTO, bytes("u"));
        function.apply(Samples.event("s3-put"));
        assertThat(error(ERROR)).isEqualTo("storage-not-found");
        photo();
        assertThat(function.apply(Samples.event("s3-put")))
                .extracting(Outcome::kind)
                .containsExactly(Outcome.Kind.FUSED);
    }

    @Test
    void whatIsWrongWithAJobIsSaid() {
        String error = "s3://photos/fused/order-17.error.json";
        job("not JSON");
        assertThat(failed(error)).isEqualTo("bad-request");
        job("{\"template\": {\"uri\": \"/templates/portrait.png\"}}");
        assertThat(failed(error)).isEqualTo("bad-request");
        job("{\"template\": {\"uri\": \"/templates/none.png\"}, \"user\": {\"uri\": \"/incoming/portrait/me.jpg\"}}");
        assertThat(failed(error)).isEqualTo("storage-not-found");
        job("{\"template\": {\"uri\": \"s3://private/t.png\"}, \"user\": {\"uri\": \"/incoming/portrait/me.jpg\"}}");
        assertThat(failed(error)).isEqualTo("storage-denied");
        job("{\"template\": {\"uri\": \"/../private/t.png\"}, \"user\": {\"base64\": \"\"}}");
        assertThat(failed(error)).isEqualTo("bad-request");
        job(
                "{\"template\": {\"base64\": \"\"}, \"user\": {\"base64\": \"\"}, \"output\": {\"uri\": \"s3://photos/fused/x.jpg\"}}");
        assertThat(failed(error)).isEqualTo("bad-request");
        job("{\"template\": {\"base64\": \"dA==\"}, \"user\": {\"base64\": \"dQ==\"}, \"options\": {\"blend\": 7}}");
        assertThat(failed(error)).isEqualTo("bad-request");
        job(" ".repeat(70_000));
        assertThat(failed(error)).isEqualTo("picture-too-large");
        assertThat(s3.calls).noneMatch(call -> call.contains("private"));
    }

    private String failed(String error) {
        assertThat(function.apply(Samples.event("s3-multipart")))
                .containsExactly(new Outcome(JOB, Outcome.Kind.FAILED, error));
        return error(error);
    }

    @Test
    void anUploadThatIsGoneAsksForNothing() {
        s3.with(TEMPLATE, bytes("t"));
        assertThat(function.apply(Samples.event("s3-in-sqs")))
                .extracting(Outcome::kind)
                .containsExactly(Outcome.Kind.IGNORED, Outcome.Kind.IGNORED);
        assertThat(s3.objects).containsOnlyKeys(TEMPLATE);
    }

    @Test
    void aResultAsksForNothingWhereverItIsCopied() {
        photo();
        function.apply(Samples.event("s3-put"));
        s3.objects.put(PHOTO, s3.objects.get(RESULT));
        s3.objects.put(JOB, s3.objects.get(REPORT));
        assertThat(function.apply(Samples.event("s3-in-sqs")))
                .extracting(Outcome::kind)
                .containsExactly(Outcome.Kind.IGNORED, Outcome.Kind.IGNORED);
        s3.calls.clear();
        assertThat(function.apply(Samples.event("s3-result")))
                .extracting(Outcome::kind)
                .containsExactly(Outcome.Kind.IGNORED);
        assertThat(s3.calls).isEmpty();
    }

    @Test
    void anotherBucketsEventIsRefusedUnseen() {
        Event event = Event.of(EventJson.read(
                new String(Samples.bytes("s3-put"), StandardCharsets.UTF_8).replace("\"photos\"", "\"private\"")));
        FuseException refusal = catchThrowableOfType(FuseException.class, () -> function.apply(event));
        assertThat(refusal.code()).isEqualTo(ErrorCode.STORAGE_DENIED);
        assertThat(s3.calls).isEmpty();
    }

    @Test
    void whatMayPassIsThrownBeforeWhatStays() {
        photo();
        s3.with(JOB, bytes("{\"template\": {\"base64\": \"\"}, \"user\": {\"base64\": \"\"}}"));
        engine.then = result -> {
            throw new FuseException(ErrorCode.TIMEOUT, "Not now.");
        };
        Event event = Event.of(EventJson.read(
                new String(Samples.bytes("s3-in-sqs"), StandardCharsets.UTF_8).replaceFirst("photos", "private")));
        FuseException thrown = catchThrowableOfType(FuseException.class, () -> function.apply(event));
        assertThat(thrown.code()).isEqualTo(ErrorCode.TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {RESULT, REPORT})
    void aFileInTheResultsPlaceStays(String uri) {
        photo();
        s3.with(uri, bytes("not ours"));
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FAILED, ERROR));
        assertThat(s3.objects.get(uri).bytes()).isEqualTo(bytes("not ours"));
        assertThat(s3.objects).containsOnlyKeys(TEMPLATE, PHOTO, uri, ERROR);
        assertThat(error(ERROR)).isEqualTo("storage-denied");
    }

    @Test
    void aFileInTheErrorsPlaceStays() {
        s3.with(PHOTO, bytes("u")).with(ERROR, bytes("not ours"));
        assertThat(thrownBy("s3-put").code()).isEqualTo(ErrorCode.STORAGE_DENIED);
        assertThat(s3.objects.get(ERROR).bytes()).isEqualTo(bytes("not ours"));
    }

    @Test
    void anEventWithTooManyUploadsIsRejectedAsAWhole() {
        photo();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> function.apply(photos(1001)))
                .withMessage(
                        "The event names 1001 uploads, of which none is fused; send at most 1000 in an event, or raise"
                                + " facefuse.events.max-uploads.")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
        assertThat(s3.calls).isEmpty();
        assertThat(function.apply(photos(1000))).hasSize(1000);
    }

    @Test
    void anUploadThatIsMadeUpCostsOneRequest() {
        function.apply(photos(3));
        assertThat(s3.calls)
                .containsExactly(
                        "find s3://photos/incoming/portrait/0.jpg",
                        "find s3://photos/incoming/portrait/1.jpg",
                        "find s3://photos/incoming/portrait/2.jpg");
    }

    @Test
    void theRestOfAnEventIsLeftAtTheDeadline() {
        photo();
        AtomicLong nanos = new AtomicLong();
        UploadFunction timed = new UploadFunction(
                new FuseFunction(engine, storage, json)::apply,
                storage,
                json,
                new EventSettings("incoming/", "templates/", "fused/", 10, Duration.ofSeconds(20)),
                nanos::get);
        for (int i = 0; i < 3; i++) {
            s3.with("s3://photos/incoming/portrait/" + i + ".jpg", bytes("u" + i));
        }
        engine.then = result -> {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            return result;
        };
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> timed.apply(photos(3)))
                .withMessage("The event's 20 s were over after 2 of 3 uploads; send it again for the others, or raise"
                        + " facefuse.events.deadline.")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
        assertThat(s3.objects)
                .containsKeys("s3://photos/fused/portrait/0.jpg.jpg", "s3://photos/fused/portrait/1.jpg.jpg")
                .doesNotContainKey("s3://photos/fused/portrait/2.jpg.jpg");
        assertThat(timed.apply(photos(3)))
                .extracting(Outcome::kind)
                .containsExactly(Outcome.Kind.DONE_BEFORE, Outcome.Kind.DONE_BEFORE, Outcome.Kind.FUSED);
    }

    @Test
    void aFusionEndsAtTheDeadlineOfItsEvent() {
        AtomicLong nanos = new AtomicLong();
        EventSettings settings = new EventSettings("incoming/", "templates/", "fused/", 10, Duration.ofSeconds(20));
        Deadline deadline = new Deadline(settings.deadline(), nanos::get, RequestContext.NONE);
        RequestContext context = deadline.context();
        context.progress().onStage("read-user", 0, 2);
        assertThat(context.isCancelled()).isFalse();
        nanos.set(TimeUnit.SECONDS.toNanos(20));
        assertThat(context.isCancelled()).isTrue();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> context.progress().onStage("paste", 1, 2))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
    }

    @Test
    void theRestOfAnEventIsLeftWhenTheCallerDisconnects() {
        photo();
        for (int i = 0; i < 3; i++) {
            s3.with("s3://photos/incoming/portrait/" + i + ".jpg", bytes("u" + i));
        }
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> function.apply(photos(3), RequestContext.NONE.cancelledWhen(() -> fusions == 1)))
                .withMessage("The caller disconnected after 1 of 3 uploads; send the event again for the others.");
        assertThat(fusions).isOne();
        assertThat(s3.calls).noneMatch(call -> call.contains("/1.jpg"));
    }

    @Test
    void theRestOfAnEventIsLeftWhenTheProcessStops() {
        for (int i = 0; i < 3; i++) {
            s3.with("s3://photos/incoming/portrait/" + i + ".jpg", bytes("u" + i));
        }
        s3.with(TEMPLATE, bytes("t"));
        engine.then = result -> {
            function.stop();
            return result;
        };
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> function.apply(photos(3)))
                .withMessage("This process is stopping, after 1 of 3 uploads; try again in a second.")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(s3.objects)
                .containsKey("s3://photos/fused/portrait/0.jpg.json")
                .doesNotContainKey("s3://photos/fused/portrait/1.jpg.json");
    }

    @Test
    void aStopDoesNotKeepAnEventFromItsFirstUpload() {
        s3.with(TEMPLATE, bytes("t")).with(PHOTO, bytes("u"));
        function.stop();
        assertThat(function.apply(Samples.event("s3-put")))
                .containsExactly(new Outcome(PHOTO, Outcome.Kind.FUSED, RESULT));
    }

    @Test
    void anEventIsOneLineInTheLog() {
        photo();
        s3.with("s3://photos/incoming/portrait/1.jpg", bytes("u"));
        List<String> lines = logged(() -> {
            function.apply(photos(3));
            function.apply(Event.of(EventJson.read("[" + "0,".repeat(1000) + "0]")));
            assertThatExceptionOfType(FuseException.class).isThrownBy(() -> function.apply(photos(1001)));
        });
        assertThat(lines)
                .containsExactly(
                        "An event with 3 uploads: 1 fused, 2 ignored (elsewhere, no longer there, or a result)",
                        "An event with 0 uploads: 1001 items of no kind that is known, left out");
    }

    private static List<String> logged(Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.facefuse.function.events");
        Level before = logger.getLevel();
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        try {
            work.run();
        } finally {
            logger.setLevel(before);
            logger.detachAppender(lines);
        }
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** MinIO sends {@code +} for a space; a store that does not encode sends the key as it is. */
    @Test
    void theKeyIsFoundHoweverTheStoreSendsIt() {
        photo();
        for (String key : List.of("100%.jpg", "a+b.jpg", "a b.jpg", "a%20c.jpg", "50%ff.jpg")) {
            s3.with("s3://photos/incoming/portrait/" + key, bytes("u"));
        }
        assertThat(function.apply(records("100%.jpg", "a+b.jpg", "a%2Bb.jpg", "a%20c.jpg", "50%ff.jpg")))
                .extracting(Outcome::upload)
                .containsExactly(
                        "s3://photos/incoming/portrait/100%.jpg",
                        "s3://photos/incoming/portrait/a b.jpg",
                        "s3://photos/incoming/portrait/a+b.jpg",
                        "s3://photos/incoming/portrait/a%20c.jpg",
                        "s3://photos/incoming/portrait/50%ff.jpg");
    }

    /** Uploads {@code 0.jpg}, {@code 1.jpg} and so on to the folder of the template. */
    private static Event photos(int count) {
        return records(IntStream.range(0, count).mapToObj(i -> i + ".jpg").toArray(String[]::new));
    }

    private static Event records(String... names) {
        return Event.of(EventJson.read(Stream.of(names)
                .map(name -> "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},"
                        + "\"object\":{\"key\":\"incoming/portrait/" + name + "\"}}}")
                .collect(Collectors.joining(",", "{\"Records\":[", "]}"))));
    }

    private FuseException thrownBy(String sample) {
        FuseException thrown = catchThrowableOfType(FuseException.class, () -> function.apply(Samples.event(sample)));
        assertThat(thrown).as("nothing was thrown").isNotNull();
        return thrown;
    }

    private String error(String uri) {
        return JsonMapper.shared()
                .readTree(s3.objects.get(uri).bytes())
                .get("code")
                .asString();
    }

    private void job(String file) {
        s3.with(JOB, bytes(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
