package dev.facefuse.engine;

import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.picture.HostPeak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the stages of a fusion take, to name what takes most: on a device its networks; on the host pictures, planes and
 * activations too, not what was resident before. Estimates: what was measured is the report's.
 *
 * @param roles the pack's networks
 * @param plan they ran under
 * @param host what else takes how much of the host's memory
 */
record PeakTerms(List<Footprint.Role> roles, Plan plan, HostPeak.Terms host) {

    /**
     * Something in memory.
     *
     * @param what {@code weights of mesh}
     */
    record Term(String what, long bytes) {}

    /** The largest; of none, {@code nothing}. */
    Term largest(String stage) {
        List<Term> terms = new ArrayList<>();
        terms.addAll(networks(Pipeline.rolesOf(stage)));
        if (plan == Plan.HOST) {
            terms.addAll(pictures(stage));
        }
        return terms.stream().max(Comparator.comparingLong(Term::bytes)).orElse(new Term("nothing", 0));
    }

    private List<Term> networks(List<String> names) {
        List<Term> terms = new ArrayList<>();
        if (plan == Plan.RESIDENT) {
            terms.add(new Term("weights of all networks", sum(roles)));
        }
        for (Footprint.Role role : roles) {
            if (names.contains(role.name())) {
                terms.add(new Term("activations of " + role.name(), role.activationBytes()));
                if (plan == Plan.STAGED || plan == Plan.STREAMED) {
                    terms.add(new Term("weights of " + role.name(), role.weightBytes(plan)));
                }
            }
        }
        return terms;
    }

    private static long sum(List<Footprint.Role> roles) {
        return roles.stream().mapToLong(role -> role.weightBytes(Plan.RESIDENT)).sum();
    }

    /** Pictures live from their own stage on: the user's until the fused face is laid over the template. */
    private List<Term> pictures(String stage) {
        int index = Pipeline.STAGES.indexOf(stage);
        List<Term> terms = new ArrayList<>();
        terms.add(new Term("the template", host.template()));
        if (index >= Pipeline.STAGES.indexOf(Pipeline.READ_USER)
                && index <= Pipeline.STAGES.indexOf(Pipeline.RETOUCH)) {
            terms.add(new Term("the user's picture", host.user()));
        }
        switch (stage) {
            case Pipeline.READ_TEMPLATE -> terms.add(new Term("decoding the template", host.decodingTemplate()));
            case Pipeline.READ_USER -> terms.add(new Term("decoding the user's picture", host.decodingUser()));
            case Pipeline.FUSE -> terms.add(new Term("planes of the fusion", host.canvas()));
            case Pipeline.RETOUCH -> {
                terms.add(new Term("planes of the fusion", host.canvas()));
                terms.add(new Term("retouching", host.finish()));
            }
            case Pipeline.WRITE -> terms.add(new Term("the encoder", host.writing()));
            default -> {}
        }
        return terms;
    }
}
