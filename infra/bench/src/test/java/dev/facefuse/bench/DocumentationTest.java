package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents of this repository: links lead somewhere, named tests and types exist, both READMEs say the same. */
class DocumentationTest {
    private static final int README_MAX_LINES = 150;
    private static final Set<String> SKIPPED_FOLDERS = Set.of(".git", "target", "cache", "node_modules");

    private static final Pattern CODE_BLOCK =
            Pattern.compile("^```\\w*\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^(#+) +(.*)$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern TABLE_ROW = Pattern.compile("^\\|.*\\|$", Pattern.MULTILINE);
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][a-z]\\w*(?:Test|IT))`");
    private static final Pattern TYPE_NAME = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:\\.\\w+)?`");
    private static final Pattern COMMENT = Pattern.compile("(?m)(?:^#|//).*$");

    private final Path repository = repository();
    private final List<Path> documents = files(".md");
    private final Set<String> javaTypes = javaTypes();

    @Test
    void relativeLinksAndTheirAnchorsExist() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents) {
            for (String link : find(LINK, withoutCode(read(document)))) {
                if (!link.contains("://") && !exists(document, link)) {
                    broken.add(repository.relativize(document) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void namedTestsExist() throws IOException {
        List<String> unknown = new ArrayList<>();
        for (Path document : documents) {
            for (String name : find(TEST_NAME, read(document))) {
                if (!javaTypes.contains(name)) {
                    unknown.add(repository.relativize(document) + ": " + name);
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void typesOnTheArchitecturePageExist() throws IOException {
        assertThat(javaTypes).containsAll(find(TYPE_NAME, read(repository.resolve("docs/architecture.md"))));
    }

    @Test
    void readmeIsShort() throws IOException {
        assertThat(read(repository.resolve("README.md")).lines()).hasSizeLessThanOrEqualTo(README_MAX_LINES);
    }

    @Test
    void bothReadmesHaveTheSameContent() throws IOException {
        String english = read(repository.resolve("README.md"));
        String chinese = read(repository.resolve("README.zh-CN.md"));
        assertSame(english, chinese, text -> find(HEADING, withoutCode(text)));
        assertSame(english, chinese, text -> find(CODE_BLOCK, text).stream()
                .map(block -> COMMENT.matcher(block).replaceAll(""))
                .toList());
        assertSame(english, chinese, text -> rows(text).stream()
                .map(row -> find(CODE, row))
                .toList());
        assertSame(english, chinese, text -> find(LINK, text).stream()
                .filter(link -> !link.startsWith("README"))
                .toList());
    }

    private static <T> void assertSame(String english, String chinese, Function<String, List<T>> content) {
        assertThat(content.apply(chinese)).isEqualTo(content.apply(english));
    }

    private static List<String> rows(String text) {
        return TABLE_ROW.matcher(text).results().map(MatchResult::group).toList();
    }

    private boolean exists(Path document, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        return Files.exists(target) && (hash < 0 || anchors(read(target)).contains(link.substring(hash + 1)));
    }

    /** The anchors that GitHub gives to headings. */
    private static Set<String> anchors(String text) {
        Set<String> anchors = new HashSet<>();
        HEADING.matcher(withoutCode(text))
                .results()
                .map(heading -> heading.group(2))
                .forEach(heading -> {
                    String anchor = heading.toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
                    for (int i = 1; !anchors.add(i == 1 ? anchor : anchor + "-" + (i - 1)); ) {
                        i++;
                    }
                });
        return anchors;
    }

    private static String withoutCode(String text) {
        return CODE_BLOCK.matcher(text).replaceAll("");
    }

    /** The first group of every match. */
    private static List<String> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private Set<String> javaTypes() {
        Set<String> names = new HashSet<>();
        files(".java").forEach(file -> names.add(file.getFileName().toString().replace(".java", "")));
        return names;
    }

    private List<Path> files(String ending) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(repository, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return SKIPPED_FOLDERS.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(ending)) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("SECURITY.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
