package dev.facefuse.bench;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * This project's own networks in DJL's PyTorch engine. Arguments: folder of a pack whose weights are all in its files, folder of
 * the inputs, threads.
 */
public final class DjlPeer {
    private final ModelPack pack;
    private final Map<String, List<Predictor<NDList, NDList>>> predictors = new HashMap<>();
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    private DjlPeer(Path folder) throws Exception {
        pack = ModelPack.open(folder);
        for (String stage : Service.STAGES) {
            List<Predictor<NDList, NDList>> parts = new ArrayList<>();
            for (Manifest.Part part : pack.role(stage).parts()) {
                ZooModel<NDList, NDList> model = Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(folder.resolve(part.file()))
                        .optEngine("PyTorch")
                        .build()
                        .loadModel();
                parts.add(model.newPredictor());
            }
            predictors.put(stage, parts);
        }
    }

    /** Serves until its input ends. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("ai.djl.pytorch.num_threads", arguments[2]);
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.offline", "true");
        DjlPeer peer = new DjlPeer(Path.of(arguments[0]));
        Engine engine = Engine.getEngine("PyTorch");
        new Service(new Inputs(Path.of(arguments[1])), peer::run)
                .serve("DJL " + Engine.getDjlVersion() + ", PyTorch " + engine.getVersion());
        System.exit(0);
    }

    private float[] run(String stage, Map<String, Inputs.Values> inputs) throws Exception {
        Manifest.Role role = pack.role(stage);
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> tensors = new HashMap<>();
            inputs.forEach((name, values) -> tensors.put(name, scope.create(values.data(), new Shape(values.shape()))));
            List<Predictor<NDList, NDList>> parts = predictors.get(stage);
            for (int i = 0; i < parts.size(); i++) {
                Manifest.Part part = role.parts().get(i);
                NDList arguments = new NDList();
                part.inputs().forEach(name -> arguments.add(tensors.get(name)));
                NDList outputs = parts.get(i).predict(arguments);
                outputs.attach(scope);
                for (int k = 0; k < outputs.size(); k++) {
                    tensors.put(part.outputs().get(k), outputs.get(k));
                }
            }
            return tensors.get(role.outputs().get(0).name()).toFloatArray();
        }
    }
}
