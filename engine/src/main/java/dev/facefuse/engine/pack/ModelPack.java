package dev.facefuse.engine.pack;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.MappedFile;
import dev.facefuse.nativelib.NativeException;
import dev.facefuse.nativelib.ScriptModel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model pack: a directory, or a folder on the classpath, with a {@code pack.json}. The checksum of every file is verified when the file
 * is read. Files of a directory are then watched for changes, see {@link #requireUnchanged()}. Safe from several threads at once.
 */
public final class ModelPack {
    private static final String MANIFEST = "pack.json";
    private static final long MAX_MANIFEST_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final PackFiles files;
    private final Manifest manifest;
    private final Consumer<String> onVerified;

    /** @param onVerified called with the name of each part's file between its verification and its loading */
    private ModelPack(PackFiles files, Manifest manifest, Consumer<String> onVerified) {
        this.files = files;
        this.manifest = manifest;
        this.onVerified = onVerified;
    }

    /**
     * Opens the embedded pack with this name; if there is none, the pack in this directory.
     *
     * @throws FuseException {@code pack-invalid} if there is no pack, or its manifest is invalid
     */
    public static ModelPack find(String nameOrDirectory) {
        if (ManifestValidator.FILE_NAME.matcher(nameOrDirectory).matches()) {
            PackSource.Embedded embedded = new PackSource.Embedded(nameOrDirectory);
            if (embedded.exists(MANIFEST)) {
                return open(embedded);
            }
        }
        if (nameOrDirectory.isBlank()) {
            throw invalid("No model pack is named; name an embedded pack (mesh) or a directory with a pack.json.");
        }
        try {
            return open(Path.of(nameOrDirectory));
        } catch (InvalidPathException e) {
            throw invalid("A directory cannot be named like this model pack (" + e.getReason()
                    + "); name an embedded pack (mesh) or a directory with a pack.json.");
        }
    }

    /**
     * Opens a pack on the classpath.
     *
     * @throws FuseException {@code pack-invalid} if there is no pack of this name, or its manifest is invalid
     */
    public static ModelPack embedded(String name) {
        return open(new PackSource.Embedded(name));
    }

    /**
     * Opens a pack in a directory. Reads only the manifest; see {@link #verify()}.
     *
     * @throws FuseException {@code pack-invalid} if there is no such directory, or the manifest is invalid
     */
    public static ModelPack open(Path directory) {
        return open(directory, Clock.systemUTC(), file -> {});
    }

    static ModelPack open(Path directory, Clock clock, Consumer<String> onVerified) {
        if (!Files.isDirectory(directory)) {
            throw invalid("There is no model pack at " + directory + "; name an embedded pack (mesh) or a directory"
                    + " with a pack.json.");
        }
        return open(new PackSource.Directory(directory), clock, onVerified);
    }

    private static ModelPack open(PackSource source) {
        return open(source, Clock.systemUTC(), file -> {});
    }

    private static ModelPack open(PackSource source, Clock clock, Consumer<String> onVerified) {
        PackFiles files = new PackFiles(source, clock);
        Manifest manifest;
        try {
            manifest = JSON.readValue(files.read(MANIFEST, MAX_MANIFEST_BYTES), Manifest.class);
        } catch (JacksonException e) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The pack.json in " + source + " is not a pack manifest; export the pack again.",
                    e);
        }
        ManifestValidator.check(manifest, source.toString());
        return new ModelPack(files, manifest, onVerified);
    }

    public String name() {
        return manifest.name();
    }

    public String version() {
        return manifest.version();
    }

    public Map<String, Manifest.Role> roles() {
        return manifest.roles();
    }

    /** The name and version, as in reports: {@code mesh 1.0.0}. */
    public String label() {
        return name() + " " + version();
    }

    /**
     * Verifies the checksums of all files.
     *
     * @throws FuseException {@code pack-invalid}, naming the first invalid file
     */
    public void verify() {
        for (Manifest.Role role : manifest.roles().values()) {
            role.parts().forEach(part -> files.verifyLarge(new PackFiles.Expected(part)));
        }
        manifest.assets().values().forEach(asset -> files.verify(new PackFiles.Expected(asset)));
    }

    /**
     * The network of a role.
     *
     * @throws FuseException {@code pack-invalid} if the pack does not contain it
     */
    public Manifest.Role role(String name) {
        Manifest.Role found = manifest.roles().get(name);
        if (found == null) {
            throw invalid("The model pack " + name() + " has no network for the role " + name
                    + "; export it again or use another pack.");
        }
        return found;
    }

    /**
     * Loads a part of a network onto the host. The caller must close the model. The weights that a directory's file stores as {@code dtype}
     * remain in the file, see {@link ScriptModel#load(MappedFile, String, Dtype)}.
     *
     * @param part a part of one of this pack's {@link #roles()}
     * @param dtype the type of the loaded weights
     * @throws FuseException {@code pack-invalid} if its file is invalid, is not TorchScript, or has other inputs than the manifest
     */
    public ScriptModel load(Manifest.Part part, Dtype dtype) {
        ScriptModel model;
        try {
            Path path = files.path(part.file());
            model = path != null && part.synthetic() == null ? loadMapped(path, part, dtype) : loadBytes(part, dtype);
        } catch (NativeException e) {
            if (e.kind() == NativeException.Kind.OUT_OF_MEMORY) {
                throw e;
            }
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The file " + part.file() + " of the model pack " + name()
                            + " is not TorchScript that can be loaded; export the pack again.",
                    e);
        }
        if (!model.inputNames().equals(part.inputs())) {
            model.close();
            throw invalid("The file " + part.file() + " of the model pack " + name() + " takes " + model.inputNames()
                    + " where its pack.json says " + part.inputs() + "; export the pack again.");
        }
        return model;
    }

    private ScriptModel loadMapped(Path path, Manifest.Part part, Dtype dtype) {
        return files.load(path, new PackFiles.Expected(part), file -> {
            onVerified.accept(part.file());
            return ScriptModel.load(file, part.file(), dtype);
        });
    }

    private ScriptModel loadBytes(Manifest.Part part, Dtype dtype) {
        byte[] bytes = files.read(new PackFiles.Expected(part));
        return ScriptModel.load(bytes, part.file(), dtype, part.syntheticWeights());
    }

    /**
     * Checks that the files which were read from a directory still have the verified bytes. They do not if they were written in place,
     * truncated, replaced or removed. Takes some microseconds per file. A file with another identity, for example one that was only
     * touched, is read again.
     *
     * @throws FuseException {@code pack-invalid}, naming the first file that changed
     */
    public void requireUnchanged() {
        files.requireUnchanged();
    }

    /**
     * The verified bytes of an asset.
     *
     * @throws FuseException {@code pack-invalid} if the pack does not contain it, or its file is invalid
     */
    public byte[] asset(String name) {
        Manifest.Asset found = manifest.assets().get(name);
        if (found == null) {
            throw invalid("The model pack " + name() + " has no asset " + name + "; export it again.");
        }
        return files.read(new PackFiles.Expected(found));
    }

    /**
     * Whether the weights of a part remain in its file when they are loaded, and so use host memory only while they are needed.
     *
     * @param stored the dtype of the stored weights, according to the role's manifest
     */
    public boolean staysInFile(Manifest.Part part, String stored, Dtype dtype) {
        return part.synthetic() == null && stored.equals(dtype.jsonName()) && files.path(part.file()) != null;
    }

    private static FuseException invalid(String message) {
        return new FuseException(ErrorCode.PACK_INVALID, message);
    }
}
