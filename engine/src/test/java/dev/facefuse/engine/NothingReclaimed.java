package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.LeakTracker;
import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * After every test class: no native object was left to the garbage collector, by it or by one before it: no scope, no model, no
 * image. Objects left by the last class of a module go unseen; the last class varies.
 *
 * <p>Temporary OpenCV objects that a test itself creates are closed after it; objects that the engine creates are not.
 */
public final class NothingReclaimed implements AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(NothingReclaimed.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(PointerScope.class, new TestsOwn());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        PointerScope scope = context.getStore(NAMESPACE).remove(PointerScope.class, PointerScope.class);
        if (scope != null) {
            scope.close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.gc();
        assertThat(LeakTracker.caught())
                .as("objects left to the garbage collector; -Dfacefuse.debug.ownership=true says where they come from")
                .isZero();
    }

    /** Takes what code of tests makes, no matter what that code was called by. */
    private static final class TestsOwn extends PointerScope {
        private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

        @Override
        public PointerScope attach(Pointer pointer) {
            boolean ours = pointer.getClass().getName().matches("org\\.bytedeco\\.(opencv|javacpp)\\..*")
                    && STACK.walk(frames -> frames.map(StackFrame::getDeclaringClass)
                                    .filter(TestsOwn::isOfThisProject)
                                    .findFirst())
                            .filter(TestsOwn::isOfTests)
                            .isPresent();
            return ours ? super.attach(pointer) : this;
        }

        private static boolean isOfThisProject(Class<?> maker) {
            return maker.getName().startsWith("dev.facefuse.") && maker != TestsOwn.class;
        }

        private static boolean isOfTests(Class<?> maker) {
            return maker.getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath()
                    .contains("test-classes");
        }
    }
}
