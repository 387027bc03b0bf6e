package dev.facefuse.engine.network;

import dev.facefuse.engine.memory.Cleaning;
import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.Governor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.memory.Weights;
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

/** The networks of one pack or several that an engine uses, and the governor they run under. Owns both. */
public final class Networks implements AutoCloseable {
    private final List<Use> uses;
    private final List<List<ScriptModel>> models;
    private final Governor<ScriptModel> governor;
    private final Precision.Dtypes dtypes;
    private final Map<String, Network> networks = new LinkedHashMap<>();

    /**
     * A role of a pack, and the most inputs it will run on at once.
     *
     * @param role its name in the manifest, and among all networks that are used together
     * @param large whether it computes in what a {@link Precision} says; others compute in float32
     */
    public record Use(ModelPack pack, String role, int batch, boolean large) {
        private Dtype among(Dtype dtype) {
            return large ? dtype : Dtype.FLOAT32;
        }

        /**
         * What the pack says of the role.
         *
         * @throws FuseException {@code pack-invalid} if it lacks it
         */
        Manifest.Role manifest() {
            return pack.role(role);
        }
    }

    /**
     * Where networks run.
     *
     * @param device that copies of the weights go to, when the plan says so
     * @param dtypes of large networks
     * @param memory of the device; on the host every plan is {@code host}
     * @param atATime how many fusions may run at a time
     */
    public record Place(Device device, Precision.Dtypes dtypes, DeviceMemory memory, int atATime) {}

    private Networks(List<Use> uses, List<List<ScriptModel>> models, Governor<ScriptModel> governor, Place place) {
        this.uses = uses;
        this.models = models;
        this.governor = governor;
        this.dtypes = place.dtypes();
        for (int i = 0; i < uses.size(); i++) {
            String role = uses.get(i).role();
            networks.put(role, new Network(uses.get(i).manifest(), governor, i, place.device()));
        }
    }

    /**
     * Loads networks to the host. Nothing goes to the device yet.
     *
     * @throws FuseException {@code pack-invalid} if a pack lacks a role, or what it says about one does not hold
     */
    public static Networks load(List<Use> uses, Place place, MemorySettings settings) {
        List<List<ScriptModel>> models = new ArrayList<>();
        try {
            List<Governor.Network<ScriptModel>> governed = new ArrayList<>();
            for (Use use : uses) {
                Footprint.Role footprint = footprint(use, place.dtypes().device());
                List<ScriptModel> parts = new ArrayList<>();
                models.add(parts);
                for (Manifest.Part part : use.manifest().parts()) {
                    parts.add(use.pack().load(part, use.among(place.dtypes().host())));
                }
                governed.add(new Governor.Network<>(
                        footprint,
                        parts.stream()
                                .map(model -> new ModelWeights(
                                        model,
                                        place.device(),
                                        use.among(place.dtypes().device()),
                                        settings.cleaning() != Cleaning.NEVER))
                                .toList()));
            }
            MemorySettings allowed = place.memory().device().isCuda() ? settings : settings.withFastest(Plan.HOST);
            return new Networks(
                    uses, models, new Governor<>(place.memory(), governed, allowed, place.atATime()), place);
        } catch (RuntimeException e) {
            close(models);
            throw e;
        }
    }

    /**
     * What a role takes of a device, as its pack says.
     *
     * @param large what it computes in if it is large
     * @throws FuseException {@code pack-invalid} if the pack lacks the role or does not say what it takes in this dtype
     */
    public static Footprint.Role footprint(Use use, Dtype large) {
        Dtype dtype = use.among(large);
        List<Footprint.Part> parts = new ArrayList<>();
        for (Manifest.Part part : use.manifest().parts()) {
            Manifest.Memory memory = part.memory().get(dtype.jsonName());
            if (memory == null) {
                throw new FuseException(
                        ErrorCode.PACK_INVALID,
                        "The pack.json of " + use.pack().label() + " does not say what " + part.file() + " takes in "
                                + dtype.jsonName() + "; export the pack again.");
            }
            parts.add(new Footprint.Part(memory.weightBytes(), memory.activationBytes()));
        }
        return new Footprint.Role(use.role(), use.batch(), parts);
    }

    /**
     * A part before it is loaded.
     *
     * @param bytes of its weights on the host
     * @param staysInFile whether they stay in the pack's file
     */
    public record Weighed(long bytes, boolean staysInFile) {}

    /** The parts of a role, as they would be on the host where large networks compute in a dtype. */
    public static List<Weighed> weighed(Use use, Dtype large) {
        Dtype dtype = use.among(large);
        List<Footprint.Part> taken = footprint(use, large).parts();
        List<Weighed> weighed = new ArrayList<>();
        for (int i = 0; i < taken.size(); i++) {
            Manifest.Part part = use.manifest().parts().get(i);
            weighed.add(new Weighed(
                    taken.get(i).weightBytes(),
                    use.pack().staysInFile(part, use.manifest().dtype(), dtype)));
        }
        return weighed;
    }

    /** The network of a role that was loaded. */
    public Network network(String role) {
        Network network = networks.get(role);
        if (network == null) {
            throw new IllegalArgumentException("The role " + role + " was not loaded");
        }
        return network;
    }

    /**
     * What the network of a role that was loaded takes of the host while it runs on as much as it may: beside weights that are in
     * memory, and with those that come from a file.
     */
    public long runningBytes(String role) {
        return loaded().stream()
                .filter(part -> part.use().role().equals(role))
                .mapToLong(part -> part.use().batch() * part.activationBytes()
                        + part.model().fileBytes())
                .max()
                .orElse(0);
    }

    /** What most of the work is done in: the large networks' dtype, if there are any. */
    public Dtype dtype(Plan plan) {
        Dtype large = plan == Plan.HOST ? dtypes.host() : dtypes.device();
        return uses.stream().anyMatch(Use::large) ? large : Dtype.FLOAT32;
    }

    public Governor<ScriptModel> governor() {
        return governor;
    }

    /** What the networks take of a device where large ones compute in a dtype; see {@link #footprint(Use, Dtype)}. */
    public List<Footprint.Role> footprints(Dtype large) {
        return uses.stream().map(use -> footprint(use, large)).toList();
    }

    /** The loaded parts on the host with their roles, for who wants to describe them. */
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
     * A part on the host.
     *
     * @param part as the manifest has it
     * @param storedDtype of the weights in the file
     * @param model to look at, not to close
     */
    public record Loaded(Use use, Manifest.Part part, String storedDtype, ScriptModel model) {
        /** As the manifest says for the dtype it is loaded in, on one input. */
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

    /** @param lettingGo whether weights in a file leave memory when they rest */
    private record ModelWeights(ScriptModel model, Device device, Dtype dtype, boolean lettingGo)
            implements Weights<ScriptModel> {
        @Override
        public ScriptModel onHost() {
            return model;
        }

        @Override
        public ScriptModel copyToDevice() {
            try {
                return model.copyTo(device, dtype);
            } finally {
                rest();
            }
        }

        @Override
        public void rest() {
            if (lettingGo) {
                model.letGo();
            }
        }

        @Override
        public void drop(ScriptModel copy) {
            copy.close();
        }
    }
}
