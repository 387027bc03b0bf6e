package dev.facefuse.bench;

import dev.facefuse.engine.Version;
import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.HostTensor;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.nativelib.AllocatorSettings;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.LibtorchInfo;
import dev.facefuse.nativelib.ScriptModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** This project's engine as a contender. It runs its networks as a fusion does. */
final class FacefusePeer {
    private FacefusePeer() {}

    /** Serves until its input ends. */
    @SuppressWarnings("SystemExitOutsideMain") // It is a main; libtorch's threads are not the JVM's to end.
    public static void main(String[] arguments) throws Exception {
        PeerOptions options = PeerOptions.parse(arguments);
        Libtorch.prepareEnvironment(AllocatorSettings.DEFAULT);
        LibtorchInfo libtorch = Libtorch.load();
        if (libtorch.intraOpThreads() != options.threads()) {
            throw new IllegalStateException("libtorch has " + libtorch.intraOpThreads() + " threads, not "
                    + options.threads() + "; set OMP_NUM_THREADS");
        }
        try (Networks networks = load(options)) {
            new ContenderService(options, (stage, inputs) -> run(networks, stage, inputs))
                    .serve("facefuse " + Version.current() + ", libtorch " + libtorch.version());
        }
        System.exit(0);
    }

    private static Networks load(PeerOptions options) {
        ModelPack pack = ModelPack.find(options.models());
        List<Use> uses = options.stages().stream()
                .map(stage -> new Use(pack, stage, stage.equals(Stage.SHAPE) ? 2 : 1, true))
                .toList();
        Place place = new Place(Device.CPU, Dtypes.all(options.precision()), DeviceMemory.of(Device.CPU), 1);
        return Networks.load(uses, place, MemorySettings.DEFAULT);
    }

    @SuppressWarnings("try") // A stay works by being open.
    private static float[] run(Networks networks, String stage, Map<String, Inputs.Values> inputs) {
        Map<String, HostTensor> tensors = new HashMap<>();
        inputs.forEach((name, values) -> tensors.put(name, new HostTensor(values.data(), values.shape())));
        try (MemoryGovernor<ScriptModel>.Session stay = networks.governor().begin()) {
            return networks.network(stage).run(tensors).get(0);
        }
    }
}
