package dev.facefuse.engine.pack;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a manifest holds together. Jackson leaves out what a file leaves out, so anything may be null here; nothing of a
 * manifest is trusted before it passed.
 */
final class ManifestCheck {
    /** The name of a plain file: it cannot lead out of the pack. */
    static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final String FLOAT32 = "float32";

    /** Of a part, more than any device has; the sums over all parts that a manifest can name are numbers then. */
    private static final long MOST_BYTES = 1L << 40;

    /** The pack's place, for the message. */
    private final String place;

    private ManifestCheck(String place) {
        this.place = place;
    }

    /**
     * Passes a manifest that holds.
     *
     * @param place where the pack is, for the message
     * @throws FuseException {@code pack-invalid}; the sentence names the first violation, its role and its part
     */
    static void check(@Nullable Manifest manifest, String place) {
        new ManifestCheck(place).checkManifest(manifest);
    }

    private void checkManifest(@Nullable Manifest manifest) {
        if (manifest == null) {
            throw invalid("The pack.json in " + place + " is empty; export the pack again.");
        }
        if (manifest.format() != Manifest.FORMAT) {
            throw invalid("The pack.json in " + place + " has format " + manifest.format() + ", and this version reads "
                    + Manifest.FORMAT + "; export the pack with this version's exporter.");
        }
        if (isBlank(manifest.name())
                || isBlank(manifest.version())
                || manifest.roles() == null
                || manifest.roles().isEmpty()
                || manifest.assets() == null) {
            throw invalid(
                    "The pack.json in " + place + " lacks its name, version, roles or assets; export the pack again.");
        }
        manifest.roles().forEach(this::checkRole);
        manifest.assets().forEach(this::checkAsset);
    }

    private void checkAsset(String name, Manifest.@Nullable Asset asset) {
        String subject = "the asset " + name;
        if (asset == null) {
            throw violation(subject, "is empty");
        }
        checkFile(subject, asset.file(), asset.sha256());
    }

    private void checkRole(String name, Manifest.@Nullable Role role) {
        String subject = "the role " + name;
        if (role == null || isBlank(role.dtype()) || isEmpty(role.inputs()) || isEmpty(role.outputs())) {
            throw violation(subject, "lacks its dtype, inputs or outputs");
        }
        if (isEmpty(role.parts())) {
            throw violation(subject, "has no parts");
        }
        Set<String> known = new HashSet<>();
        for (Manifest.Port input : role.inputs()) {
            checkPort(subject, input);
            addNew(known, input.name(), subject);
        }
        Set<String> produced = new HashSet<>();
        Set<String> partNames = new HashSet<>();
        for (Manifest.Part part : role.parts()) {
            if (part == null || isBlank(part.name())) {
                throw violation(subject, "has a part without a name");
            }
            if (!partNames.add(part.name())) {
                throw violation(subject, "has two parts named " + part.name());
            }
            checkPart("the part " + part.name() + " of " + subject, part, known, produced);
        }
        Set<String> returned = new HashSet<>();
        for (Manifest.Port output : role.outputs()) {
            checkPort(subject, output);
            addNew(returned, output.name(), subject);
            if (!produced.contains(output.name())) {
                throw violation(subject, "gives " + output.name() + ", which no part of it gives");
            }
        }
    }

    /** Adds the part's outputs to the tensors that are known after it and to those that parts produced. */
    private void checkPart(String subject, Manifest.Part part, Set<String> known, Set<String> produced) {
        checkFile(subject, part.file(), part.sha256());
        if (part.inputs() == null || isEmpty(part.outputs())) {
            throw violation(subject, part.inputs() == null ? "lacks its inputs" : "has no outputs");
        }
        Set<String> taken = new HashSet<>();
        for (String input : part.inputs()) {
            if (!known.contains(input)) {
                throw violation(
                        subject,
                        "takes " + input + ", which is neither an input of the role nor given by a part before");
            }
            addNew(taken, input, subject);
        }
        for (String output : part.outputs()) {
            addNew(known, output, subject);
            produced.add(output);
        }
        checkMemory(subject, part.memory());
        if (part.drawn() != null) {
            part.drawn().forEach((parameter, drawn) -> checkDrawn(subject, parameter, drawn));
        }
    }

    private void checkDrawn(String subject, String parameter, Manifest.@Nullable Drawn drawn) {
        if (drawn == null || isBlank(drawn.key()) || isEmpty(drawn.shape()) || !isSize(drawn.shape())) {
            throw violation(subject, "does not say what to draw for " + parameter);
        }
        if (drawn.narrow() != null && !isRange(drawn.narrow(), drawn.shape())) {
            throw violation(subject, "draws for " + parameter + " a range that its numbers do not have");
        }
        if (drawn.layout() != null
                && !(Drawings.LAYOUTS.containsKey(drawn.layout())
                        && drawn.shape().size() == 4)) {
            throw violation(subject, "draws " + parameter + " in the unknown layout " + drawn.layout());
        }
    }

    /** Whether a buffer can hold so many numbers. */
    private static boolean isSize(List<@Nullable Long> shape) {
        long left = Integer.MAX_VALUE / Float.BYTES;
        for (Long size : shape) {
            if (size == null || size < 1 || size > left) {
                return false;
            }
            left /= size;
        }
        return true;
    }

    private static boolean isRange(List<@Nullable Long> narrow, List<Long> shape) {
        if (narrow.size() != 3 || narrow.stream().anyMatch(Objects::isNull)) {
            return false;
        }
        long axis = narrow.get(0);
        long start = narrow.get(1);
        long length = narrow.get(2);
        return axis >= 0
                && axis < shape.size()
                && start >= 0
                && length > 0
                && length <= shape.get((int) axis)
                && start <= shape.get((int) axis) - length;
    }

    private void checkMemory(String subject, @Nullable Map<String, Manifest.Memory> memory) {
        if (memory == null || memory.get(FLOAT32) == null) {
            throw violation(subject, "does not say what memory it takes in float32");
        }
        memory.forEach((dtype, taken) -> {
            if (taken == null
                    || taken.weightBytes() <= 0
                    || taken.activationBytes() < 0
                    || Math.max(taken.weightBytes(), taken.activationBytes()) > MOST_BYTES) {
                throw violation(
                        subject,
                        "says nothing of use about its memory in " + dtype
                                + " (weightBytes above 0, activationBytes not below it, 1 TiB at most)");
            }
        });
    }

    private void checkPort(String subject, Manifest.@Nullable Port port) {
        if (port == null || isBlank(port.name()) || port.shape() == null) {
            throw violation(subject, "has an input or output without a name or shape");
        }
    }

    private void addNew(Set<String> names, @Nullable String name, String subject) {
        if (isBlank(name)) {
            throw violation(subject, "has a tensor without a name");
        }
        if (!names.add(name)) {
            throw violation(subject, "uses the name " + name + " twice");
        }
    }

    private void checkFile(String subject, @Nullable String file, @Nullable String sha256) {
        if (file == null || !FILE_NAME.matcher(file).matches()) {
            throw violation(subject, "does not name a plain file of the pack");
        }
        if (sha256 == null || !SHA256.matcher(sha256).matches()) {
            throw violation(subject, "has no SHA-256 checksum");
        }
    }

    private FuseException violation(String subject, String violates) {
        return invalid("In the pack.json in " + place + ", " + subject + " " + violates + "; export the pack again.");
    }

    private static FuseException invalid(String sentence) {
        return new FuseException(ErrorCode.PACK_INVALID, sentence);
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static boolean isEmpty(@Nullable List<?> list) {
        return list == null || list.isEmpty();
    }
}
