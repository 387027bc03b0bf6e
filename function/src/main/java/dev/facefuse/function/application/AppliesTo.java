package dev.facefuse.function.application;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The processes that read a setting; the documentation shows them. On a record it applies to all its settings; on a
 * component it overrides the record's. Without it, a setting applies to all three.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
@interface AppliesTo {

    Command[] value() default {Command.SERVE, Command.WORK, Command.LAMBDA};

    /** The command line option of {@code fuse} that does the same, because {@code fuse} reads no settings; empty for none. */
    String fuseOption() default "";

    /** A way to run the program. */
    enum Command {
        SERVE,
        WORK,
        LAMBDA
    }
}
