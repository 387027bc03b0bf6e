package dev.facefuse.function;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotType;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.function.http.HttpServer;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The page in Debian's Chromium: of the packaged jar where pictures count, of an engine that does nothing where it has to stand
 * still or be asked what it got. Screenshots are left in {@code target/screenshots}.
 */
@Timeout(120)
class PageIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final int FIRST_PAINT_BYTES = 50_000;
    private static final int PATIENCE_MILLIS = 60_000;

    /** Chromium on a machine without a GPU, as root, that asks nobody for anything. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private static final List<String> STAGES = List.of(
            "Reading the template (1 of 11)",
            "Finding the template's face (2 of 11)",
            "Reading the photo (3 of 11)",
            "Finding the user's face (4 of 11)",
            "Describing both faces (5 of 11)",
            "Fusing (6 of 11)",
            "Laying it into the template (7 of 11)",
            "Retouching (8 of 11)",
            "Comparing (9 of 11)",
            "Writing the picture (10 of 11)",
            "Labelling it (11 of 11)");

    private static final FakeEngine FAKE = new FakeEngine();

    private static final Map<String, Object> SETTINGS =
            Map.of("server.port", 0, "logging.level.root", "OFF", "logging.level.dev.facefuse", "OFF");

    @TempDir
    private static Path folder;

    private static Playwright playwright;
    private static Browser browser;
    private static JarProcess jar;
    private static String served;
    private static HttpServer still;

    private final List<String> elsewhere = new ArrayList<>();
    private final List<String> defects = new ArrayList<>();
    private final List<BrowserContext> contexts = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isExecutable(CHROMIUM), CHROMIUM + " is missing: apt-get install chromium");
        Files.createDirectories(SCREENSHOTS);
        jar = JarProcess.start(folder.resolve("serve.txt"), Map.of(), List.of(), "serve");
        served = "http://localhost:" + jar.port() + "/";
        still = HttpServer.start(SETTINGS, FAKE::open);
        setDefaultAssertionTimeout(PATIENCE_MILLIS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(ARGUMENTS));
    }

    @AfterAll
    static void stop() {
        Stream.of(playwright, still, jar).filter(Objects::nonNull).forEach(PageIT::close);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void reset() {
        FAKE.then = UnaryOperator.identity();
        FAKE.stages = FakeEngine.STAGES;
        FAKE.room = null;
        FAKE.request = null;
    }

    /** Whatever a test does: nothing is asked of anybody else, nothing is thrown, nothing offends against the policy. */
    @AfterEach
    void nothingWentWrong() {
        contexts.forEach(BrowserContext::close);
        assertThat(elsewhere).isEmpty();
        assertThat(defects).isEmpty();
    }

    @Test
    void theFirstPaintIsLight() {
        Page page = open(served, desktop());
        assertThat(page.locator("#fuse")).isVisible();
        int bytes = (int) page.evaluate("() => [...performance.getEntriesByType('navigation'),"
                + " ...performance.getEntriesByType('resource')].reduce((sum, entry) => sum + entry.transferSize, 0)");
        assertThat(bytes).isBetween(1, FIRST_PAINT_BYTES - 1);
        shoot(page, "empty");
    }

    @Test
    void samplesAreFused() throws Exception {
        Page page = open(served, desktop());
        fuseSamples(page);
        assertThat(page.locator("#result-facts")).hasText(Pattern.compile("743 × 1155 · JPEG · \\d+ KB · [\\d.,]+ s"));
        assertThat(stagesSeen(page)).containsSequence(STAGES);
        assertThat(page.locator("#run-note")).hasText("Done.");
        assertThat(page.locator("#result")).isFocused();
        assertThat(page.locator("#stages tbody tr")).hasCount(STAGES.size());
        assertThat(page.locator("#similarity .meter")).hasCount(2);
        assertThat(page.locator("#plan-name")).hasText("host:");
        assertThat(page.locator("#facts")).containsText("the networks run on the host");
        shoot(page, "result");
        shootForTheReadme(page);

        Download download = page.waitForDownload(() -> page.locator("#download").click());
        assertThat(download.suggestedFilename()).isEqualTo("fused.jpg");
        byte[] fused = Files.readAllBytes(download.path());
        assertThat(ImageIO.read(new ByteArrayInputStream(fused)).getWidth()).isEqualTo(743);
        assertThat(new String(fused, StandardCharsets.ISO_8859_1)).contains("compositeSynthetic");
    }

    @Test
    void theResultIsComparedAndEnlarged() {
        Page page = open(served, desktop());
        fuseSamples(page);
        Locator divide = page.locator("#divide");
        assertThat(divide).hasValue("50");
        divide.press("Home");
        assertThat(page.locator("#before")).hasCSS("clip-path", "inset(0px 100% 0px 0px)");
        divide.press("End");
        assertThat(page.locator("#before")).hasCSS("clip-path", "inset(0px 0% 0px 0px)");
        page.locator("#compare .stage").click();
        assertThat(divide).hasValue(Pattern.compile("49|50|51"));

        double fitted = page.locator("#after").boundingBox().width;
        page.locator("#zoom-in").click();
        assertThat(page.locator("#zoom-level")).hasText("100 %");
        assertThat(page.locator("#after").boundingBox().width).isEqualTo(743);
        page.locator("#zoom-in").click();
        assertThat(page.locator("#zoom-level")).hasText("200 %");
        BoundingBox picture = page.locator("#after").boundingBox();
        BoundingBox seen = page.locator("#compare").boundingBox();
        assertThat(picture.y + 0.26 * picture.height).as("the face").isBetween(seen.y, seen.y + seen.height);
        BoundingBox handle = page.locator(".divider span").boundingBox();
        assertThat(handle.y).as("the handle").isBetween(seen.y, seen.y + seen.height - handle.height);
        shoot(page, "enlarged");
        page.locator("#zoom-out").click();
        page.locator("#zoom-out").click();
        assertThat(page.locator("#after").boundingBox().width).isEqualTo(fitted);
    }

    @Test
    void theFusionIsThereAsACommand() {
        BrowserContext context = context(desktop().setPermissions(List.of("clipboard-read", "clipboard-write")));
        Page page = open(served, context);
        set(page, "blend", "0.5");
        fuseSamples(page);
        page.locator("#curl").click();
        assertThat(page.locator("#curl-note")).containsText("Copied.");
        String command = "curl -s -F template=@mona-lisa.jpg -F user=@astronaut.png -F blend=0.5 -H 'Accept: image/*' "
                + served + "fuse -o fused.jpg";
        assertThat(page.locator("#curl-text")).hasText(command);
        assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo(command);
    }

    @Test
    void everyOptionArrivesAsItIsSet() {
        Page page = open(stillRoot(), desktop());
        page.locator("#samples").click();
        page.locator("summary").click();
        set(page, "blend", "0.35");
        page.locator("input[value=overlay]").check();
        page.locator("#resolution").selectOption("1024");
        set(page, "threshold", "0.3");
        set(page, "skinSmooth", "0.25");
        set(page, "brightness", "-0.2");
        set(page, "contrast", "0.15");
        set(page, "saturation", "0.5");
        page.locator("#format").selectOption("png");
        set(page, "quality", "77");
        page.locator("#enhance").selectOption("never");
        page.locator("#mark").selectOption("zh");
        page.locator("#markCorner").selectOption("top-left");
        page.locator("#template .face").nth(0).click();
        page.locator("#user .face").nth(1).click();
        shoot(page, "options");
        page.locator("#fuse").click();
        assertThat(page.locator("#result")).isVisible();
        assertThat(FAKE.request.options())
                .isEqualTo(new FuseOptions(
                        new FaceChoice(0, 1, 0.3f),
                        Enhance.NEVER,
                        new Blending(0.35f, BlendMode.OVERLAY),
                        new Retouching(0.25f, -0.2f, 0.15f, 0.5f),
                        new OutputSettings(1024, PictureFormat.PNG, 77),
                        new Mark(Mark.Words.ZH, Mark.Corner.TOP_LEFT)));

        page.locator("#reset").click();
        assertThat(page.locator("output[for=brightness]")).hasText("0.00");
        assertThat(page.locator("#options-note")).hasText("All options are at their defaults.");
        page.locator("#fuse").click();
        assertThat(page.locator("#run-note")).hasText("Done.");
        assertThat(FAKE.request.options()).isEqualTo(FuseOptions.DEFAULT);
    }

    @Test
    void facesAreDrawnWhereTheyAreAndChosen() throws Exception {
        Page page = open(served, desktop());
        page.locator("#template input").setInputFiles(twoAstronauts());
        page.locator("#user input").setInputFiles(file("me.jpg", "image/jpeg", SamplePictures.read("mona-lisa.jpg")));
        Locator faces = page.locator("#template .face");
        assertThat(faces).hasCount(2);
        assertThat(page.locator("#template .note")).hasText("2 faces found: choose the one that is meant.");
        assertThat(faces.nth(0)).hasAttribute("aria-pressed", "false");
        assertThat(faces.nth(1)).hasAttribute("aria-pressed", "true");
        double middle = page.locator("#template .frame").boundingBox().x
                + page.locator("#template .frame").boundingBox().width / 2;
        assertThat(faces.nth(0).boundingBox().x).isLessThan(middle);
        assertThat(faces.nth(1).boundingBox().x).isGreaterThan(middle);
        faces.nth(0).click();
        assertThat(faces.nth(0)).hasAttribute("aria-pressed", "true");
        assertThat(faces.nth(1)).hasAttribute("aria-pressed", "false");
        shoot(page, "faces");

        page.locator("#swap").click();
        assertThat(page.locator("#template .face")).hasCount(1);
        assertThat(page.locator("#user .face").nth(0)).hasAttribute("aria-pressed", "true");
        page.locator("#user .remove").click();
        assertThat(page.locator("#user .empty")).isVisible();
    }

    @Test
    void picturesAreDroppedAndPasted() {
        Page page = open(stillRoot(), desktop());
        String transfer = "const files = new DataTransfer();"
                + " for (const name of names) files.items.add(new File(['x'], name, { type: 'image/png' }));";
        page.evaluate(
                "names => { " + transfer + " document.querySelector('#user .well').dispatchEvent("
                        + "new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })); }",
                List.of("a.png"));
        assertThat(page.locator("#user .foot-actions")).isVisible();
        assertThat(page.locator("#template .empty")).isVisible();
        page.evaluate(
                "names => { " + transfer + " document.body.dispatchEvent("
                        + "new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true })); }",
                List.of("b.png"));
        assertThat(page.locator("#template .foot-actions")).isVisible();
        page.locator("#fuse").click();
        assertThat(page.locator("#result .unseen")).isVisible();
        assertThat(FAKE.request.template()).asString().isEqualTo("x");
    }

    @Test
    void aSecondClickIsRefusedAndCancelEndsIt() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<FuseOptions> begun = new ArrayList<>();
        FAKE.stages = progress -> {
            begun.add(FAKE.request.options());
            progress.onStage("read-template", 0, 11);
            progress.onStage("fuse", 5, 11);
            await(go);
        };
        Page page = open(stillRoot(), desktop());
        page.locator("#samples").click();
        assertThat(page.locator("#user .face")).hasCount(2);
        Locator fuse = page.locator("#fuse");
        fuse.click();
        assertThat(page.locator("#stage")).hasText("Fusing (6 of 11)");
        assertThat(fuse).hasAttribute("aria-disabled", "true");
        fuse.click(new Locator.ClickOptions().setForce(true));
        assertThat(page.locator("#run-note")).hasText("A fusion is under way. Wait for it, or cancel it first.");
        shoot(page, "progress");
        page.locator("#cancel").click();
        assertThat(page.locator("#run-note")).hasText("Cancelled. Nothing was kept.");
        assertThat(page.locator("#progress")).isHidden();
        assertThat(page.locator("#result")).isHidden();
        go.countDown();
        assertThat(begun).hasSize(1);
        FAKE.stages = FakeEngine.STAGES;
        fuse.click();
        assertThat(page.locator("#run-note")).hasText("Done.");
    }

    @Test
    void whoIsRefusedIsToldAndMayTryAgain() {
        Page page = open(stillRoot(), desktop());
        page.locator("#fuse").click();
        assertThat(page.locator("#run-note")).hasText("Choose both pictures first.");
        page.locator("#samples").click();
        assertThat(page.locator("#user .face")).hasCount(2);
        FAKE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(2));
        page.locator("#fuse").click();
        assertThat(page.locator("#problem .problem-says"))
                .hasText("Another fusion is under way; try again in 2 seconds.");
        FAKE.room = null;
        page.locator("#retry").click();
        assertThat(page.locator("#result")).isVisible();
        assertThat(page.locator("#problem")).isHidden();
        page.route("**/samples/*", route -> route.abort());
        page.locator("#samples").click();
        assertThat(page.locator("#problem .problem-says")).containsText("The server cannot be reached.");
        page.unroute("**/samples/*");
        page.locator("#retry").click();
        assertThat(page.locator("#problem")).isHidden();
        page.route("**/fuse", route -> route.abort());
        page.locator("#fuse").click();
        assertThat(page.locator("#problem .problem-says"))
                .hasText("The server cannot be reached. Check that it is still running, then try again.");
    }

    @Test
    void errorsAreSentencesInBothLanguages() throws Exception {
        Page page = open(served, desktop());
        page.locator("#template input")
                .setInputFiles(file("notes.txt", "text/plain", "text".getBytes(StandardCharsets.UTF_8)));
        assertThat(page.locator("#template .note"))
                .hasText("That is not a picture. Use a JPEG, PNG, WebP, BMP or TIFF file.");
        page.locator("#template input")
                .setInputFiles(file("me.jpg", "image/jpeg", SamplePictures.read("mona-lisa.jpg")));
        page.locator("#user input")
                .setInputFiles(
                        file("grey.png", "image/png", png(new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB))));
        assertThat(page.locator("#user .note")).containsText("No face found.");
        page.locator("#fuse").click();
        Locator says = page.locator("#problem .problem-says");
        assertThat(says).containsText("No face was found in the user picture; use one that shows a face");
        shoot(page, "error");
        page.locator("#language").click();
        assertThat(says).hasText("没有检测到人脸。请换一张更清晰的正脸照片，或调低人脸检测阈值。");
        assertThat(page.locator("#problem .problem-detail")).containsText("No face was found");
        shoot(page, "error-zh");
    }

    @Test
    void asksForATokenAndForgetsItWithTheTab() {
        Map<String, Object> settings = new HashMap<>(SETTINGS);
        settings.put("facefuse.access.tokens", "a-token-of-enough-characters");
        try (HttpServer closed = HttpServer.start(settings, FAKE::open)) {
            String root = "http://localhost:" + closed.port() + "/";
            BrowserContext context = context(desktop());
            Page page = open(root, context);
            page.locator("#samples").click();
            assertThat(page.locator("#access")).isVisible();
            clean(page, "the dialog");
            shoot(page, "token");
            page.locator("#token").fill("a-wrong-token-0123456789");
            page.locator("#token").press("Enter");
            assertThat(page.locator("#access-wrong")).isVisible();
            page.locator("#token").fill("a-token-of-enough-characters");
            page.locator("#token").press("Enter");
            assertThat(page.locator("#user .face")).hasCount(2);
            page.locator("#fuse").click();
            assertThat(page.locator("#result")).isVisible();
            page.locator("#curl").click();
            assertThat(page.locator("#curl-text")).containsText("-H \"Authorization: Bearer $TOKEN\"");
            assertThat(page.evaluate("() => sessionStorage.getItem('facefuse.token')"))
                    .isEqualTo("a-token-of-enough-characters");
            assertThat(page.evaluate("() => JSON.stringify(localStorage) + document.cookie"))
                    .isEqualTo("{}");

            Page other = open(root, context);
            other.locator("#samples").click();
            assertThat(other.locator("#access")).isVisible();
            other.locator("#access-cancel").click();
            assertThat(other.locator("#template .note"))
                    .hasText("This server asks for a token. Try again and enter one.");
        }
    }

    @Test
    void theKeyboardIsEnough() {
        Page page = open(served, desktop());
        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        tabTo(page, "#samples");
        page.keyboard().press("Enter");
        assertThat(page.locator("#user .face")).hasCount(1);
        tabTo(page, "#template .face");
        shoot(page, "keyboard");
        tabTo(page, "#user .face");
        page.keyboard().press("Space");
        tabTo(page, "#blend");
        page.keyboard().press("ArrowLeft");
        assertThat(page.locator("output[for=blend]")).hasText("0.95");
        tabTo(page, "input[name=mode]");
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("input[value=blend]")).isChecked();
        tabTo(page, "#fuse");
        page.keyboard().press("Enter");
        assertThat(page.locator("#result")).isFocused();
        tabTo(page, "#divide");
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("#divide")).hasValue("51");
        tabTo(page, "#download");
    }

    private static void tabTo(Page page, String selector) {
        int most = 60;
        for (int i = 0; i < most; i++) {
            page.keyboard().press("Tab");
            if ((boolean) page.evaluate("selector => document.activeElement.matches(selector)", selector)) {
                return;
            }
        }
        throw new AssertionError(selector + " is not reached by Tab");
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void axeFindsNothing(ColorScheme scheme) {
        Page page = open(served, desktop().setColorScheme(scheme));
        clean(page, "empty");
        page.locator("summary").click();
        fuseSamples(page);
        page.locator("#curl").click();
        clean(page, "with a result");
        shoot(page, "result-" + scheme.name().toLowerCase(Locale.ROOT));
        page.locator("#language").click();
        page.locator("#template .remove").click();
        page.locator("#fuse").click();
        clean(page, "in Chinese");
    }

    @ParameterizedTest
    @CsvSource({"320, 640", "390, 844", "768, 1024"})
    void fitsSmallScreens(int width, int height) {
        Page page = open(served, desktop().setViewportSize(width, height).setHasTouch(true));
        fitsAcross(page);
        assertThat(page.locator("#fuse")).isInViewport();
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("phone-" + width + "-empty.png")));
        fuseSamples(page);
        page.locator("#curl").click();
        fitsAcross(page);
        clean(page, "on a screen of " + width);
        shoot(page, "phone-" + width);
    }

    private static void fitsAcross(Page page) {
        assertThat(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo(0);
    }

    @Test
    void darkIsDarkAndMayBeChosen() {
        String ground = "() => getComputedStyle(document.body).backgroundColor";
        Page page = open(served, desktop().setColorScheme(ColorScheme.DARK));
        assertThat(page.evaluate(ground)).isEqualTo("rgb(19, 20, 18)");
        Locator theme = page.locator("#theme");
        theme.click();
        assertThat(theme).hasAccessibleName("Theme: Light");
        assertThat(page.evaluate(ground)).isEqualTo("rgb(246, 244, 239)");
        page.reload();
        assertThat(theme).hasAccessibleName("Theme: Light");
        theme.click();
        assertThat(page.evaluate(ground)).isEqualTo("rgb(19, 20, 18)");
    }

    @Test
    void speaksChineseToWhoReadsIt() {
        Page page = open(served, desktop().setLocale("zh-CN"));
        assertThat(page.locator("html")).hasAttribute("lang", "zh");
        for (String word : List.of("融合比例", "融合模式", "输出分辨率", "人脸检测阈值", "皮肤平滑", "亮度", "对比度", "饱和度")) {
            assertThat(page.locator("#options").getByText(word)).isVisible();
        }
        assertThat(page.locator(".segments")).hasText(Pattern.compile("normal\\s*blend\\s*overlay"));
        fuseSamples(page);
        assertThat(page.locator("#stages tbody th").first()).hasText("读取模板图");
        shoot(page, "chinese");
        page.locator("#language").click();
        assertThat(page.locator("h1")).hasText("One face, another picture");
        page.reload();
        assertThat(page.locator("html")).hasAttribute("lang", "en");
    }

    private static Browser.NewContextOptions desktop() {
        return new Browser.NewContextOptions()
                .setViewportSize(1280, 900)
                .setLocale("en-GB")
                .setReducedMotion(ReducedMotion.REDUCE);
    }

    private BrowserContext context(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        contexts.add(context);
        return context;
    }

    private Page open(String root, Browser.NewContextOptions options) {
        return open(root, context(options));
    }

    private Page open(String root, BrowserContext context) {
        Page page = context.newPage();
        page.onRequest(request -> {
            if (!request.url().startsWith(root) && !request.url().startsWith("blob:" + root)) {
                elsewhere.add(request.url());
            }
        });
        page.onPageError(defects::add);
        page.onConsoleMessage(message -> {
            // The browser itself logs a line for each response with an error status.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                defects.add(message.text());
            }
        });
        page.navigate(root);
        assertThat(page.locator("html")).hasAttribute("data-worded", Pattern.compile("en|zh"));
        page.evaluate("() => { window.stagesSeen = []; new MutationObserver(records => records.forEach(record =>"
                + " record.addedNodes.forEach(node => window.stagesSeen.push(node.textContent))))"
                + ".observe(document.getElementById('stage'), { childList: true }); }");
        return page;
    }

    private static String stillRoot() {
        return "http://localhost:" + still.port() + "/";
    }

    private static void fuseSamples(Page page) {
        page.locator("#samples").click();
        assertThat(page.locator("#template .face")).hasCount(1);
        assertThat(page.locator("#user .face")).hasCount(1);
        page.locator("#fuse").click();
        assertThat(page.locator("#result")).isVisible();
    }

    @SuppressWarnings("unchecked")
    private static List<String> stagesSeen(Page page) {
        return (List<String>) page.evaluate("() => window.stagesSeen");
    }

    /** As a hand would move it: the value, then the events. */
    private static void set(Page page, String id, String value) {
        page.locator("#" + id)
                .evaluate(
                        "(input, value) => { input.value = value;"
                                + " input.dispatchEvent(new Event('input', { bubbles: true }));"
                                + " input.dispatchEvent(new Event('change', { bubbles: true })); }",
                        value);
    }

    /** Everything that axe-core knows: WCAG 2.2 A and AA and its best practices. */
    @SuppressWarnings("unchecked")
    private static void clean(Page page, String when) {
        page.evaluate(axe());
        List<String> violations = (List<String>) page.evaluate("async () => (await axe.run()).violations.flatMap("
                + "({ id, nodes }) => nodes.map(node => id + ' ' + node.target + ': ' + node.failureSummary))");
        assertThat(violations).as(when).isEmpty();
    }

    private static String axe() {
        try (InputStream in = Objects.requireNonNull(PageIT.class.getResourceAsStream("/axe.min.js"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void shoot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** What the README shows: infra/pictures/page.jpg is this file. */
    private static void shootForTheReadme(Page page) {
        page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }");
        page.mouse().move(0, 0);
        Locator result = page.locator("#result");
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve("page.jpg"))
                .setType(ScreenshotType.JPEG)
                .setQuality(62)
                .setFullPage(true)
                .setClip(0, 0, 1280, result.boundingBox().y + result.boundingBox().height + 24));
    }

    private static FilePayload file(String name, String type, byte[] bytes) {
        return new FilePayload(name, type, bytes);
    }

    /** Side by side; the right one is larger. */
    private static FilePayload twoAstronauts() throws IOException {
        BufferedImage astronaut = ImageIO.read(new ByteArrayInputStream(SamplePictures.read("astronaut.png")));
        BufferedImage both = new BufferedImage(1000, 600, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = both.createGraphics();
        graphics.drawImage(astronaut, 0, 100, 400, 400, null);
        graphics.drawImage(astronaut, 400, 0, 600, 600, null);
        graphics.dispose();
        return file("two.png", "image/png", png(both));
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
