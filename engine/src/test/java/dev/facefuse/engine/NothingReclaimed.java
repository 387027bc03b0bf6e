package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.SafetyNet;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After every test class: no scope and no model was left to the garbage collector, by it or by one before it. What is left by
 * the last class of a module goes unseen; which was last changes.
 */
public final class NothingReclaimed implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        System.gc();
        assertThat(SafetyNet.caught())
                .as("objects left to the garbage collector; -Dfacefuse.debug.ownership=true says where they come from")
                .isZero();
    }
}
