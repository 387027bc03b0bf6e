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
 * @param stages of the fusion
 * @param host what else takes how much of the host's memory
 */
record PeakTerms(List<Footprint.Role> roles, Plan plan, Stages stages, HostPeak.Terms host) {

    /**
     * Something in memory.
     *
     * @param what {@code weights of mesh}
     */
    record Term(String what, long bytes) {}

    /** The largest; of none, {@code nothing}. */
    Term largest(String stage) {
        List<Term> terms = new ArrayList<>();
        terms.addAll(networks(stages.rolesOf(stage)));
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

    private List<Term> pictures(String stage) {
        List<Term> terms = new ArrayList<>();
        terms.add(new Term("the template", host.template()));
        if (stages.holdsUser(stage)) {
            terms.add(new Term("the user's picture", host.user()));
        }
        if (stages.holdsPlanes(stage)) {
            terms.add(new Term("planes of the fusion", host.planes()));
        }
        switch (stage) {
            case Stages.READ_TEMPLATE -> terms.add(new Term("decoding the template", host.decodingTemplate()));
            case Stages.READ_USER -> terms.add(new Term("decoding the user's picture", host.decodingUser()));
            case Stages.RETOUCH -> terms.add(new Term("retouching", host.finish()));
            case Stages.WRITE -> terms.add(new Term("the encoder", host.writing()));
            case Stages.LABEL -> terms.add(new Term("the encoded result", host.labelling()));
            default -> {}
        }
        return terms;
    }
}
