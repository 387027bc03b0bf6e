package dev.facefuse.engine.fusion;

import dev.facefuse.engine.picture.HostPeak;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Puts one face in another's place. Implementations are safe from several threads at once and keep nothing. */
public interface Fusion {
    /**
     * A part of a fusion that is timed and told of on its own.
     *
     * @param name as reports have it
     * @param roles of the networks it runs
     */
    record Step(String name, List<String> roles) {
        public Step {
            roles = List.copyOf(roles);
        }
    }

    /** Runs steps as they come up, on the fusing thread. */
    interface Steps {
        /**
         * Runs a step.
         *
         * @param name as {@link Fusion#steps} has it
         */
        <T> T run(String name, Supplier<T> step);
    }

    /**
     * The steps of a fusion, in their order; one whose need shows on the way may be left out.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code bad-request} if what is wanted cannot be had
     */
    List<Step> steps(Enhance enhance);

    /**
     * What a fusion takes of the host's memory at most.
     *
     * @param runningBytes by role, what its network takes of the host while it runs; 0 for one that runs elsewhere
     */
    HostPeak.Fusing hostBytes(HostPeak.Source template, Enhance enhance, ToLongFunction<String> runningBytes);

    /**
     * Fuses the user's face into the template's.
     *
     * @param enhance as it was given to {@link #steps}
     * @return the caller's to close
     */
    FusedFace fuse(FacePair faces, Enhance enhance, Steps steps);
}
