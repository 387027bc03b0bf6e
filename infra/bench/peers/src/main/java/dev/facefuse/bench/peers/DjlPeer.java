package dev.facefuse.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import dev.facefuse.bench.Inputs;
import dev.facefuse.bench.PeerOptions;
import dev.facefuse.bench.ContenderService;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** This project's own networks in DJL's PyTorch engine, from a pack whose weights are all in its files. */
public final class DjlPeer {
    private static final String ENGINE = "PyTorch";

    private final ModelPack pack;
    private final Map<String, List<Predictor<NDList, NDList>>> predictors = new HashMap<>();
    private final NDManager manager = NDManager.newBaseManager(ENGINE);

    private DjlPeer(PeerOptions options) throws Exception {
        Path folder = Path.of(options.models());
        pack = ModelPack.open(folder);
        for (String stage : options.stages()) {
            List<Predictor<NDList, NDList>> parts = new ArrayList<>();
            for (Manifest.Part part : pack.role(stage).parts()) {
                ZooModel<NDList, NDList> model = Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(folder.resolve(part.file()))
                        .optEngine(ENGINE)
                        .build()
                        .loadModel();
                parts.add(model.newPredictor());
            }
            predictors.put(stage, parts);
        }
    }

    /** Serves until its input ends. */
    public static void main(String[] arguments) throws Exception {
        PeerOptions options = PeerOptions.parse(arguments);
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(options.threads()));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.offline", "true");
        DjlPeer peer = new DjlPeer(options);
        new ContenderService(options, peer::run)
                .serve("DJL " + Engine.getDjlVersion() + ", PyTorch "
                        + Engine.getEngine(ENGINE).getVersion());
        System.exit(0);
    }

    private float[] run(String stage, Map<String, Inputs.Values> inputs) throws Exception {
        Manifest.Role role = pack.role(stage);
        List<Predictor<NDList, NDList>> parts = Objects.requireNonNull(predictors.get(stage), stage);
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> tensors = new HashMap<>();
            inputs.forEach((name, values) -> tensors.put(name, scope.create(values.data(), new Shape(values.shape()))));
            for (int i = 0; i < parts.size(); i++) {
                Manifest.Part part = role.parts().get(i);
                NDList arguments = new NDList();
                part.inputs().forEach(name -> arguments.add(named(tensors, name)));
                NDList outputs = parts.get(i).predict(arguments);
                outputs.attach(scope);
                for (int k = 0; k < outputs.size(); k++) {
                    tensors.put(part.outputs().get(k), outputs.get(k));
                }
            }
            return named(tensors, role.outputs().get(0).name()).toFloatArray();
        }
    }

    private static NDArray named(Map<String, NDArray> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
