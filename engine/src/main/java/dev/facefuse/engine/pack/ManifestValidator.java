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
 * Validates a manifest before anything in it is used. Every value may be null here, because Jackson leaves values that are missing in the
 * file as null. Jackson's own checks for required values are not used: their messages name a position in the file, and these messages
 * name the role and the part.
 */
final class ManifestValidator {
    /** The name of a plain file, which cannot lead out of the pack. */
    static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** More memory than any device has. Sums over all parts of a manifest cannot overflow with this limit. */
    private static final long MAX_PART_BYTES = 1L << 40;

    private final String source;

    private ManifestValidator(String source) {
        this.source = source;
    }

    /**
     * Validates a manifest.
     *
     * @param source the location of the pack, for the message
     * @throws FuseException {@code pack-invalid} for the first violation; the message names its role and its part
     */
    static void check(@Nullable Manifest manifest, String source) {
        if (manifest == null) {
            throw invalid("The pack.json in " + source + " is empty; export the pack again.");
        }
        if (manifest.format() != Manifest.FORMAT) {
            throw invalid(
                    "The pack.json in " + source + " has format " + manifest.format() + ", and this version reads "
                            + Manifest.FORMAT + "; export the pack with this version's exporter.");
        }
        if (isBlank(manifest.name())
                || isBlank(manifest.version())
                || manifest.roles() == null
                || manifest.roles().isEmpty()
                || manifest.assets() == null) {
            throw invalid(
                    "The pack.json in " + source + " lacks its name, version, roles or assets; export the pack again.");
        }
        ManifestValidator check = new ManifestValidator(source);
        manifest.roles().forEach(check::checkRole);
        manifest.assets().forEach(check::checkAsset);
    }

    private void checkAsset(String name, Manifest.Asset asset) {
        String subject = "the asset " + name;
        require(asset != null, subject, "is empty");
        checkFile(subject, asset.file(), asset.sha256());
    }

    private void checkRole(String name, Manifest.Role role) {
        String subject = "the role " + name;
        require(
                role != null && !isBlank(role.dtype()) && !isEmpty(role.inputs()) && !isEmpty(role.outputs()),
                subject,
                "lacks its dtype, inputs or outputs");
        require(!isEmpty(role.parts()), subject, "has no parts");
        Set<String> available = new HashSet<>();
        role.inputs().forEach(input -> checkPort(subject, input, available));
        Set<String> computed = new HashSet<>();
        Set<String> partNames = new HashSet<>();
        for (Manifest.Part part : role.parts()) {
            require(part != null && !isBlank(part.name()), subject, "has a part without a name");
            require(partNames.add(part.name()), subject, "has two parts named " + part.name());
            checkPart("the part " + part.name() + " of " + subject, part, available);
            computed.addAll(part.outputs());
        }
        Set<String> returned = new HashSet<>();
        for (Manifest.Port output : role.outputs()) {
            checkPort(subject, output, returned);
            require(
                    computed.contains(output.name()),
                    subject,
                    "returns " + output.name() + ", which no part of it returns");
        }
    }

    /** @param available the names of the tensors that the part can use; the part's outputs are added */
    private void checkPart(String subject, Manifest.Part part, Set<String> available) {
        checkFile(subject, part.file(), part.sha256());
        require(part.inputs() != null, subject, "lacks its inputs");
        require(!isEmpty(part.outputs()), subject, "has no outputs");
        Set<String> inputs = new HashSet<>();
        for (String input : part.inputs()) {
            require(
                    available.contains(input),
                    subject,
                    "takes " + input + ", which is neither an input of the role nor an output of an earlier part");
            addNew(inputs, input, subject);
        }
        part.outputs().forEach(output -> addNew(available, output, subject));
        checkMemory(subject, part.memory());
        if (part.synthetic() != null) {
            part.synthetic().forEach((path, parameter) -> checkSynthetic(subject, path, parameter));
        }
    }

    private void checkSynthetic(String subject, String path, Manifest.SyntheticParameter parameter) {
        require(
                parameter != null && !isBlank(parameter.key()) && isShape(parameter.shape()),
                subject,
                "does not describe the synthetic numbers of " + path);
        require(
                parameter.narrow() == null || isRange(parameter.narrow(), parameter.shape()),
                subject,
                "uses a range of synthetic numbers for " + path + " that does not exist");
        require(
                parameter.layout() == null
                        || (Manifest.SyntheticParameter.LAYOUTS.containsKey(parameter.layout())
                                && parameter.shape().size() == 4),
                subject,
                "stores " + path + " in the unknown layout " + parameter.layout());
    }

    /** Whether a buffer can hold this many numbers. */
    private static boolean isShape(List<@Nullable Long> shape) {
        if (isEmpty(shape)) {
            return false;
        }
        long max = Integer.MAX_VALUE / Float.BYTES;
        for (Long size : shape) {
            if (size == null || size < 1 || size > max) {
                return false;
            }
            max /= size;
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
        if (axis < 0 || axis >= shape.size()) {
            return false;
        }
        long size = shape.get((int) axis);
        return start >= 0 && length > 0 && length <= size && start <= size - length;
    }

    private void checkMemory(String subject, Map<String, Manifest.Memory> memory) {
        require(
                memory != null && memory.get("float32") != null,
                subject,
                "does not say what memory it needs in float32");
        memory.forEach((dtype, bytes) -> require(
                bytes != null
                        && bytes.weightBytes() > 0
                        && bytes.activationBytes() >= 0
                        && Math.max(bytes.weightBytes(), bytes.activationBytes()) <= MAX_PART_BYTES,
                subject,
                "has invalid memory figures for " + dtype
                        + " (weightBytes must be above 0, activationBytes at least 0, both at most 1 TiB)"));
    }

    private void checkPort(String subject, Manifest.Port port, Set<String> names) {
        require(
                port != null && !isBlank(port.name()) && port.shape() != null,
                subject,
                "has an input or output without a name or shape");
        addNew(names, port.name(), subject);
    }

    private void addNew(Set<String> names, String name, String subject) {
        require(!isBlank(name), subject, "has a tensor without a name");
        require(names.add(name), subject, "uses the name " + name + " twice");
    }

    private void checkFile(String subject, String file, String sha256) {
        require(file != null && FILE_NAME.matcher(file).matches(), subject, "does not name a plain file of the pack");
        require(sha256 != null && SHA256.matcher(sha256).matches(), subject, "has no SHA-256 checksum");
    }

    private void require(boolean valid, String subject, String violation) {
        if (!valid) {
            throw invalid(
                    "In the pack.json in " + source + ", " + subject + " " + violation + "; export the pack again.");
        }
    }

    private static FuseException invalid(String message) {
        return new FuseException(ErrorCode.PACK_INVALID, message);
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    private static boolean isEmpty(List<?> list) {
        return list == null || list.isEmpty();
    }
}
