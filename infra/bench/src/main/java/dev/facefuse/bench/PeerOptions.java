package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of a contender in Java. */
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

    /** The networks to run, in their order. */
    public List<String> stages() {
        return stages;
    }

    /** The number of threads of an operation. */
    public int threads() {
        return threads;
    }

    /** The dtype of the networks. */
    public Dtype precision() {
        return precision;
    }

    /** Reads a dtype such as {@code float32} from a command line. */
    static final class DtypeConverter implements ITypeConverter<Dtype> {
        @Override
        public Dtype convert(String word) {
            try {
                return Dtype.ofJsonName(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + word + "' is neither float32 nor bfloat16");
            }
        }
    }
}
