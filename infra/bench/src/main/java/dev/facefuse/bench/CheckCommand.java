package dev.facefuse.bench;

import dev.facefuse.bench.Document.Shown;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench check}: compares the figures in documents with the last reports. */
@Command(
        name = "check",
        description = "Tells figures in documents that are not those of the last reports.",
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    private static final Set<String> NO_SOURCES = Set.of(".git", "target", "cache");
    private static final Pattern TEST = Pattern.compile("\\w+(?:Test|IT)\\.java|test_\\w+\\.py");

    @Option(names = "--repository", required = true, paramLabel = "DIR", description = "This project.")
    private Path repository = Path.of("");

    @Option(
            names = "--reports",
            required = true,
            paramLabel = "DIR",
            description = "Where reports lie; may be given more than once.")
    private List<Path> folders = List.of();

    @Option(names = "--fill", description = "Write the reports' figures into the documents instead.")
    private boolean fill;

    @Option(names = "--self-test", description = "Also prove that every figure is held: spoilt, it must be found.")
    private boolean selfTest;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Documents, by their paths in the project.")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws IOException {
        Map<String, Report> reports = ReportFiles.read(folders);
        Set<String> tests = tests();
        List<Document> documents = new ArrayList<>();
        for (Path file : files) {
            Document document = new Document(file.toString(), Files.readString(repository.resolve(file)));
            if (fill) {
                document = new Document(document.name(), document.filled(reports));
                Files.writeString(repository.resolve(file), document.text());
            }
            documents.add(document);
        }
        List<String> faults = documents.stream()
                .flatMap(document -> document.faults(reports, tests::contains).stream())
                .collect(Collectors.toCollection(ArrayList::new));
        if (selfTest && faults.isEmpty()) {
            documents.forEach(document -> faults.addAll(missed(document, reports, tests)));
        }
        faults.addAll(tables(reports));
        faults.forEach(System.err::println);
        long shown = documents.stream()
                .mapToLong(document -> document.shown(reports).size())
                .sum();
        System.out.printf(
                "%d documents, %d reports, %d figures and tables of theirs: %d faults%n",
                documents.size(), reports.size(), shown, faults.size());
        return faults.isEmpty() ? 0 : 1;
    }

    /** Compares the tables beside the reports, or writes them with {@code --fill}; a sentence for each difference. */
    private List<String> tables(Map<String, Report> reports) throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path folder : folders) {
            for (Map.Entry<String, Report> report : reports.entrySet()) {
                Path table = folder.resolve(report.getKey() + ".md");
                String expected = report.getValue().markdown();
                if (!Files.exists(table) || Files.readString(table).equals(expected)) {
                    continue;
                }
                if (fill) {
                    Files.writeString(table, expected);
                } else {
                    faults.add(table + " is not what " + report.getKey() + ".json has; --fill writes it");
                }
            }
        }
        return faults;
    }

    /** Changes each figure in turn; a sentence for each change that the check does not find. */
    private static List<String> missed(Document document, Map<String, Report> reports, Set<String> tests) {
        List<String> missed = new ArrayList<>();
        for (Shown shown : document.shown(reports)) {
            String spoilt = spoilt(shown.there());
            String text = document.text().substring(0, shown.start())
                    + spoilt
                    + document.text().substring(shown.start() + shown.there().length());
            Document copy = new Document(document.name(), text);
            if (copy.faults(reports, tests::contains).size() != 1) {
                missed.add(document.name() + ": " + shown.what() + " could be changed, and nobody saw it");
            }
        }
        return missed;
    }

    /** Changes the last digit, or appends a character to a text without digits. */
    static String spoilt(String figures) {
        for (int i = figures.length() - 1; i >= 0; i--) {
            char c = figures.charAt(i);
            if (c >= '0' && c <= '9') {
                return figures.substring(0, i) + (char) (c == '9' ? '0' : c + 1) + figures.substring(i + 1);
            }
        }
        return figures + "?";
    }

    /** The names of all test classes and of the exporter's test files. */
    private Set<String> tests() throws IOException {
        Set<String> names = new HashSet<>();
        Files.walkFileTree(repository, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NO_SOURCES.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (TEST.matcher(name).matches()) {
                    names.add(name.replace(".java", ""));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return names;
    }
}
