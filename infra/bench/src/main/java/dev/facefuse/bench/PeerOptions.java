package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a contestant in Java is started with. */
@Command
public final class PeerOptions {
    @Option(names = "--models", required = true)
    private String models = "";

    @Option(names = "--inputs", required = true)
    private String inputs = "";

    @Option(names = "--stages", required = true, split = ",")
    private List<String> stages = List.of();

    @Option(names = "--threads", required = true)
    private int threads;

    @Option(names = "--precision", defaultValue = "float32", converter = DtypeConverter.class)
    private Dtype precision = Dtype.FLOAT32;

    private PeerOptions() {}

    /**
     * Reads a command line.
     *
     * @throws picocli.CommandLine.ParameterException if it is wrong
     */
    public static PeerOptions parse(String... arguments) {
        PeerOptions options = new PeerOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }

    /** A folder, or the name of an embedded pack. */
    public String models() {
        return models;
    }

    /** The folder of the {@link Inputs}. */
    public String inputs() {
        return inputs;
    }

    /** In their order. */
    public List<String> stages() {
        return stages;
    }

    /** To share an operation among. */
    public int threads() {
        return threads;
    }

    /** What to compute in. */
    public Dtype precision() {
        return precision;
    }
}
