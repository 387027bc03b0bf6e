package dev.facefuse.models;

import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The embedded pack {@code mesh} as files of the classpath. */
final class MeshPack {
    private static final String FOLDER = "/dev/facefuse/models/mesh/";

    private MeshPack() {}

    static JsonNode manifest() throws IOException {
        return json(FOLDER + "pack.json");
    }

    /** The manifest's entry of a role's only part. */
    static JsonNode part(String role) throws IOException {
        return manifest().at("/roles/" + role + "/parts/0");
    }

    static byte[] file(String name) throws IOException {
        return resource(FOLDER + name);
    }

    /** A role's network in float32, as the engine runs it; the caller's to close. */
    static ScriptModel load(String role) throws IOException {
        String file = part(role).get("file").asString();
        return ScriptModel.load(file(file), file, Dtype.FLOAT32);
    }

    static JsonNode json(String path) throws IOException {
        return JsonMapper.shared().readTree(resource(path));
    }

    static byte[] resource(String path) throws IOException {
        try (InputStream in = MeshPack.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new FileNotFoundException(path);
            }
            return in.readAllBytes();
        }
    }
}
