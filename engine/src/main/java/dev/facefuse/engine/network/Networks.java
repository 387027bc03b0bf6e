package dev.facefuse.engine.network;

import dev.facefuse.engine.memory.CacheTrimPolicy;
import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.PartWeights;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loads the networks of one or more packs, and owns them and the governor under which they run. */
public final class Networks implements AutoCloseable {
    private final List<Use> uses;
    private final List<List<ScriptModel>> models;
    private final MemoryGovernor<ScriptModel> governor;
    private final Precision.Dtypes dtypes;
    private final Map<String, Network> networks = new LinkedHashMap<>();

    /**
     * A network to load.
     *
     * @param role the name of the role in the manifest; unique among all networks that are loaded together
     * @param batch the maximum number of inputs in one run
     * @param large whether the network computes in the dtype of the {@link Precision}; otherwise it computes in float32
     */
    public record Use(ModelPack pack, String role, int batch, boolean large) {
        private Dtype dtype(Dtype dtypeOfLarge) {
            return large ? dtypeOfLarge : Dtype.FLOAT32;
        }

        /**
         * The role in the pack's manifest.
         *
         * @throws FuseException {@code pack-invalid} if the pack does not contain it
         */
        Manifest.Role manifest() {
            return pack.role(role);
        }
    }

    /**
     * The device on which networks run.
     *
     * @param device the device to which weights are copied, unless the plan is {@code host}
     * @param dtypes the dtypes of large networks
     * @param memory the memory of the device; on the host the plan is always {@code host}
     * @param atATime the maximum number of concurrent fusions
     */
    public record Place(Device device, Precision.Dtypes dtypes, DeviceMemory memory, int atATime) {}

    private Networks(
            List<Use> uses, List<List<ScriptModel>> models, MemoryGovernor<ScriptModel> governor, Place target) {
        this.uses = uses;
        this.models = models;
        this.governor = governor;
        this.dtypes = target.dtypes();
        for (int i = 0; i < uses.size(); i++) {
            String role = uses.get(i).role();
            networks.put(role, new Network(uses.get(i).manifest(), governor, i, target.device()));
        }
    }

    /**
     * Loads networks onto the host. Nothing is copied to the device yet.
     *
     * @throws FuseException {@code pack-invalid} if a pack does not contain a role, or a file or figure of a role is invalid
     */
    public static Networks load(List<Use> uses, Place target, MemorySettings settings) {
        List<List<ScriptModel>> models = new ArrayList<>();
        try {
            List<MemoryGovernor.GovernedNetwork<ScriptModel>> governed = new ArrayList<>();
            for (Use use : uses) {
                Footprint.Role footprint = footprint(use, target.dtypes().device());
                List<ScriptModel> parts = new ArrayList<>();
                models.add(parts);
                for (Manifest.Part part : use.manifest().parts()) {
                    parts.add(use.pack().load(part, use.dtype(target.dtypes().host())));
                }
                governed.add(new MemoryGovernor.GovernedNetwork<>(
                        footprint,
                        parts.stream()
                                .map(model -> new ModelWeights(
                                        model,
                                        target.device(),
                                        use.dtype(target.dtypes().device()),
                                        settings.cleaning() != CacheTrimPolicy.NEVER))
                                .toList()));
            }
            MemorySettings allowed = target.memory().device().isCuda() ? settings : settings.withFastest(Plan.HOST);
            return new Networks(
                    uses, models, new MemoryGovernor<>(target.memory(), governed, allowed, target.atATime()), target);
        } catch (RuntimeException e) {
            close(models);
            throw e;
        }
    }

    /**
     * The device memory that a network needs, according to its manifest.
     *
     * @param dtypeOfLarge the dtype of large networks
     * @throws FuseException {@code pack-invalid} if the pack does not contain the role, or its memory figures for this dtype
     */
    public static Footprint.Role footprint(Use use, Dtype dtypeOfLarge) {
        Dtype dtype = use.dtype(dtypeOfLarge);
        List<Footprint.Part> parts = new ArrayList<>();
        for (Manifest.Part part : use.manifest().parts()) {
            Manifest.Memory memory = part.memory().get(dtype.jsonName());
            if (memory == null) {
                throw new FuseException(
                        ErrorCode.PACK_INVALID,
                        "The pack.json of " + use.pack().label() + " does not say what memory " + part.file()
                                + " needs in " + dtype.jsonName() + "; export the pack again.");
            }
            parts.add(new Footprint.Part(memory.weightBytes(), memory.activationBytes()));
        }
        return new Footprint.Role(use.role(), use.batch(), parts);
    }

    /**
     * The size of a part's weights on the host.
     *
     * @param bytes the size in bytes
     * @param staysInFile whether the weights remain in the pack's file when they are loaded
     */
    public record Weighed(long bytes, boolean staysInFile) {}

    /**
     * The sizes of the parts of a network before they are loaded.
     *
     * @param dtypeOfLarge the dtype of large networks on the host
     */
    public static List<Weighed> weighed(Use use, Dtype dtypeOfLarge) {
        Dtype dtype = use.dtype(dtypeOfLarge);
        List<Footprint.Part> footprints = footprint(use, dtypeOfLarge).parts();
        List<Weighed> sizes = new ArrayList<>();
        for (int i = 0; i < footprints.size(); i++) {
            Manifest.Part part = use.manifest().parts().get(i);
            sizes.add(new Weighed(
                    footprints.get(i).weightBytes(),
                    use.pack().staysInFile(part, use.manifest().dtype(), dtype)));
        }
        return sizes;
    }

    /** The loaded network of a role. */
    public Network network(String role) {
        Network network = networks.get(role);
        if (network == null) {
            throw new IllegalArgumentException("The role " + role + " was not loaded");
        }
        return network;
    }

    /**
     * The host memory that a loaded network needs in addition while it runs with its maximum batch: activations, and weights that are read
     * from a file.
     */
    public long runningBytes(String role) {
        return loaded().stream()
                .filter(part -> part.use().role().equals(role))
                .mapToLong(part -> part.use().batch() * part.activationBytes()
                        + part.model().fileBytes())
                .max()
                .orElse(0);
    }

    /** The dtype of the large networks under a plan, which do most of the work; float32 if no network is large. */
    public Dtype dtype(Plan plan) {
        Dtype large = plan == Plan.HOST ? dtypes.host() : dtypes.device();
        return uses.stream().anyMatch(Use::large) ? large : Dtype.FLOAT32;
    }

    public MemoryGovernor<ScriptModel> governor() {
        return governor;
    }

    /** The device memory that the networks need; see {@link #footprint(Use, Dtype)}. */
    public List<Footprint.Role> footprints(Dtype dtypeOfLarge) {
        return uses.stream().map(use -> footprint(use, dtypeOfLarge)).toList();
    }

    /** The loaded parts of all networks, for diagnostics. */
    public List<Loaded> loaded() {
        List<Loaded> loaded = new ArrayList<>();
        for (int i = 0; i < uses.size(); i++) {
            Manifest.Role role = uses.get(i).manifest();
            for (int k = 0; k < role.parts().size(); k++) {
                loaded.add(new Loaded(
                        uses.get(i),
                        role.parts().get(k),
                        role.dtype(),
                        models.get(i).get(k)));
            }
        }
        return loaded;
    }

    /**
     * A loaded part of a network.
     *
     * @param part the part's entry in the manifest
     * @param storedDtype the dtype of the weights in the file
     * @param model the part on the host; must not be closed
     */
    public record Loaded(Use use, Manifest.Part part, String storedDtype, ScriptModel model) {
        /** The activation memory for one input in the dtype of the model, according to the manifest; 0 if unknown. */
        public long activationBytes() {
            Manifest.Memory memory = part.memory().get(model.dtype().jsonName());
            return memory == null ? 0 : memory.activationBytes();
        }
    }

    /** Frees the weights, on the device and on the host. */
    @Override
    public void close() {
        governor.close();
        close(models);
    }

    private static void close(List<List<ScriptModel>> models) {
        models.forEach(parts -> parts.forEach(ScriptModel::close));
    }

    /** @param releasing whether the pages of weights in a file are released after each use */
    private record ModelWeights(ScriptModel model, Device device, Dtype dtype, boolean releasing)
            implements PartWeights<ScriptModel> {
        @Override
        public ScriptModel onHost() {
            return model;
        }

        @Override
        public ScriptModel copyToDevice() {
            try {
                return model.copyTo(device, dtype);
            } finally {
                releasePages();
            }
        }

        @Override
        public void releasePages() {
            if (releasing) {
                model.releasePages();
            }
        }

        @Override
        public void free(ScriptModel copy) {
            copy.close();
        }
    }
}
