package dev.facefuse.engine.pack;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.MappedFile;
import dev.facefuse.nativelib.NativeException;
import dev.facefuse.nativelib.ScriptModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model pack: a directory, or a folder of the classpath, with a {@code pack.json}. Holds the manifest and where the files
 * are; every file's checksum is verified on the very bytes that are then used, since TorchScript is code.
 */
public final class ModelPack {
    /** Where embedded packs live on the classpath. */
    private static final String EMBEDDED_ROOT = "dev/facefuse/models/";

    private static final String MANIFEST = "pack.json";
    private static final long MAX_MANIFEST_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Source source;
    private final Manifest manifest;

    private ModelPack(Source source, Manifest manifest) {
        this.source = source;
        this.manifest = manifest;
    }

    /**
     * A pack by the name of an embedded one, else by the path of its directory.
     *
     * @throws FuseException {@code pack-invalid} if there is none or its manifest does not hold
     */
    public static ModelPack find(String nameOrDirectory) {
        if (ManifestCheck.FILE_NAME.matcher(nameOrDirectory).matches()) {
            Source embedded = new ClasspathSource(EMBEDDED_ROOT + nameOrDirectory + "/");
            if (embedded.exists(MANIFEST)) {
                return read(embedded);
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
     * A pack on the classpath.
     *
     * @throws FuseException {@code pack-invalid} if there is none of that name or its manifest does not hold
     */
    public static ModelPack embedded(String name) {
        return read(new ClasspathSource(EMBEDDED_ROOT + name + "/"));
    }

    /**
     * A pack in a directory. Reads the manifest only; see {@link #verify()}.
     *
     * @throws FuseException {@code pack-invalid} if the directory is none or its manifest does not hold
     */
    public static ModelPack open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw invalid("There is no model pack at " + directory + "; name an embedded pack (mesh) or a directory"
                    + " with a pack.json.");
        }
        return read(new DirectorySource(directory));
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

    /** What the report calls this pack: {@code mesh 1.0.0}. */
    public String label() {
        return name() + " " + version();
    }

    /**
     * Reads every file and compares its checksum with the manifest's.
     *
     * @throws FuseException {@code pack-invalid}, naming the first file that does not hold
     */
    public void verify() {
        for (Manifest.Role role : manifest.roles().values()) {
            for (Manifest.Part part : role.parts()) {
                verify(part);
            }
        }
        for (Manifest.Asset asset : manifest.assets().values()) {
            verified(asset.file(), asset.sha256(), asset.bytes());
        }
    }

    private void verify(Manifest.Part part) {
        Path file = source.path(part.file());
        if (file == null) {
            verified(part.file(), part.sha256(), part.bytes());
        } else {
            verified(file, part).close();
        }
    }

    /**
     * A network by its role.
     *
     * @throws FuseException {@code pack-invalid} if the pack lacks it
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
     * Loads a part of a network onto the host. Weights that a directory's file stores as {@code dtype} stay in the file, see
     * {@link ScriptModel#load(MappedFile, String, Dtype)}.
     *
     * @param part of one of this pack's {@link #roles()}
     * @param dtype to run in, whatever the file stores
     * @return the caller's to close
     * @throws FuseException {@code pack-invalid} if its file does not hold, is not TorchScript or takes other inputs than the
     *     manifest says
     */
    public ScriptModel load(Manifest.Part part, Dtype dtype) {
        ScriptModel model;
        try {
            Path file = source.path(part.file());
            model = file != null && part.drawn() == null
                    ? ScriptModel.load(verified(file, part), part.file(), dtype)
                    : ScriptModel.load(
                            verified(part.file(), part.sha256(), part.bytes()), part.file(), dtype, Drawings.of(part));
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

    /**
     * The verified bytes of an asset.
     *
     * @throws FuseException {@code pack-invalid} if the pack lacks it or its file does not hold
     */
    public byte[] asset(String name) {
        Manifest.Asset found = manifest.assets().get(name);
        if (found == null) {
            throw invalid("The model pack " + name() + " has no asset " + name + "; export it again.");
        }
        return verified(found.file(), found.sha256(), found.bytes());
    }

    private static ModelPack read(Source source) {
        byte[] json;
        try {
            json = source.read(MANIFEST, MAX_MANIFEST_BYTES);
        } catch (IOException e) {
            throw unreadable(source, MANIFEST, e);
        }
        Manifest manifest;
        try {
            manifest = JSON.readValue(json, Manifest.class);
        } catch (JacksonException e) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The pack.json in " + source + " is not a pack manifest; export the pack again.",
                    e);
        }
        ManifestCheck.check(manifest, source.toString());
        return new ModelPack(source, manifest);
    }

    /**
     * Whether a part's weights stay in its file when they are loaded: they take memory of the host only while they are used.
     *
     * @param stored as the manifest of its role says
     */
    public boolean staysInFile(Manifest.Part part, String stored, Dtype dtype) {
        return part.drawn() == null && stored.equals(dtype.jsonName()) && source.path(part.file()) != null;
    }

    private byte[] verified(String file, String sha256, long length) {
        byte[] bytes;
        try {
            bytes = source.read(file, length);
        } catch (IOException e) {
            throw unreadable(source, file, e);
        }
        requireListed(file, sha256, length, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** The caller's to close. */
    private MappedFile verified(Path path, Manifest.Part part) {
        MappedFile file;
        try {
            file = MappedFile.open(path);
        } catch (IOException e) {
            throw unreadable(source, part.file(), e);
        }
        try {
            requireListed(part.file(), part.sha256(), part.bytes(), file.bytes());
            return file;
        } catch (FuseException e) {
            file.close();
            throw e;
        }
    }

    private void requireListed(String file, String sha256, long length, ByteBuffer bytes) {
        if (bytes.remaining() != length
                || !HexFormat.of().formatHex(digest(bytes)).equals(sha256)) {
            throw invalid("The file " + file + " in " + source
                    + " is not the one its pack.json lists (its SHA-256 differs); fetch or export the pack again.");
        }
    }

    private static byte[] digest(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private static FuseException unreadable(Source source, String file, IOException cause) {
        boolean missing = cause instanceof NoSuchFileException || cause instanceof FileNotFoundException;
        return new FuseException(
                ErrorCode.PACK_INVALID,
                "The file " + file + " in " + source + (missing ? " is missing" : " cannot be read")
                        + "; fetch or export the pack again.",
                cause);
    }

    private static FuseException invalid(String sentence) {
        return new FuseException(ErrorCode.PACK_INVALID, sentence);
    }

    /** Where a pack's files are. */
    private interface Source {
        boolean exists(String file);

        /** Where a file is on this machine; null if it is in an archive. */
        @Nullable
        Path path(String file);

        /** At most {@code limit} bytes and one: a file that is longer than it should be is not read to its end. */
        byte[] read(String file, long limit) throws IOException;

        static byte[] readAtMost(InputStream in, long limit) throws IOException {
            return in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, Math.max(0, limit) + 1));
        }
    }

    private record DirectorySource(Path directory) implements Source {
        @Override
        public boolean exists(String file) {
            return Files.isRegularFile(directory.resolve(file), LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public Path path(String file) {
            return directory.resolve(file);
        }

        @Override
        public byte[] read(String file, long limit) throws IOException {
            try (InputStream in = Files.newInputStream(directory.resolve(file))) {
                return Source.readAtMost(in, limit);
            }
        }

        @Override
        public String toString() {
            return directory.toString();
        }
    }

    private record ClasspathSource(String folder) implements Source {
        @Override
        public boolean exists(String file) {
            return ModelPack.class.getClassLoader().getResource(folder + file) != null;
        }

        @Override
        public @Nullable Path path(String file) {
            return null;
        }

        @Override
        public byte[] read(String file, long limit) throws IOException {
            try (InputStream in = ModelPack.class.getClassLoader().getResourceAsStream(folder + file)) {
                if (in == null) {
                    throw new FileNotFoundException(folder + file);
                }
                return Source.readAtMost(in, limit);
            }
        }

        @Override
        public String toString() {
            return "the embedded pack " + folder.substring(EMBEDDED_ROOT.length(), folder.length() - 1);
        }
    }
}
