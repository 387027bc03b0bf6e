package dev.facefuse.function.cli;

import dev.facefuse.engine.ProgressListener;
import java.io.PrintWriter;

/** Shows progress in one line of a terminal, which is erased at the end. Prints nothing if the output is not a terminal. */
final class Progress implements ProgressListener, AutoCloseable {
    private static final String BACK_AND_ERASE = "\r\u001b[2K";

    private final Terminal terminal;
    private final String prefix;

    Progress(Terminal terminal, String prefix) {
        this.terminal = terminal;
        this.prefix = prefix;
    }

    @Override
    public void onStage(String stage, int index, int count) {
        say(prefix + "[" + (index + 1) + "/" + count + "] " + stage);
    }

    /** Replaces the line. */
    void say(String line) {
        show(BACK_AND_ERASE + line);
    }

    @Override
    public void close() {
        show(BACK_AND_ERASE);
    }

    private void show(String text) {
        if (terminal.live()) {
            PrintWriter err = terminal.err();
            err.print(text);
            err.flush();
        }
    }
}
