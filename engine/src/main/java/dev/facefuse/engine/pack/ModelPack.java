package dev.facefuse.engine.pack;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.MappedFile;
import dev.facefuse.nativelib.NativeException;
import dev.facefuse.nativelib.ScriptModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model pack: a directory, or a folder of the classpath, with a {@code pack.json}. Holds the manifest and where the files
 * are; every file's checksum is verified on the very bytes that are then used, since TorchScript is code. Files that
 * were read from a directory are watched from then on, see {@link #requireUnchanged()}. Safe from several threads at once.
 */
public final class ModelPack {
    private static final String MANIFEST = "pack.json";
    private static final long MAX_MANIFEST_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final PackSource source;
    private final Manifest manifest;
    private final Clock clock;
    private final Consumer<String> onVerified;
    private final Map<String, WatchedFile> watched = new ConcurrentHashMap<>();

    /** @param onVerified told each part's file between its verification and its loading */
    private ModelPack(PackSource source, Manifest manifest, Clock clock, Consumer<String> onVerified) {
        this.source = source;
        this.manifest = manifest;
        this.clock = clock;
        this.onVerified = onVerified;
    }

    /**
     * A pack by the name of an embedded one, else by the path of its directory.
     *
     * @throws FuseException {@code pack-invalid} if there is none or its manifest does not hold
     */
    public static ModelPack find(String nameOrDirectory) {
        if (ManifestCheck.FILE_NAME.matcher(nameOrDirectory).matches()) {
            PackSource.Embedded embedded = new PackSource.Embedded(nameOrDirectory);
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
        return read(new PackSource.Embedded(name));
    }

    /**
     * A pack in a directory. Reads the manifest only; see {@link #verify()}.
     *
     * @throws FuseException {@code pack-invalid} if the directory is none or its manifest does not hold
     */
    public static ModelPack open(Path directory) {
        return open(directory, Clock.systemUTC(), file -> {});
    }

    static ModelPack open(Path directory, Clock clock, Consumer<String> onVerified) {
        if (!Files.isDirectory(directory)) {
            throw invalid("There is no model pack at " + directory + "; name an embedded pack (mesh) or a directory"
                    + " with a pack.json.");
        }
        return read(new PackSource.Directory(directory), clock, onVerified);
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
            Path path = source.path(part.file());
            model = path != null && part.drawn() == null ? loadMapped(path, part, dtype) : loadRead(part, dtype);
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
        Instant openedAt = clock.instant();
        MappedFile file = verified(path, part);
        WatchedFile watch = new WatchedFile(path, part.sha256(), file, openedAt, clock);
        onVerified.accept(part.file());
        ScriptModel model;
        try {
            model = ScriptModel.load(file, part.file(), dtype);
        } catch (NativeException e) {
            requireUnchanged(part.file(), watch);
            throw e;
        }
        try {
            requireUnchanged(part.file(), watch); // It may have been written while it was loaded.
        } catch (FuseException e) {
            model.close();
            throw e;
        }
        watched.put(part.file(), watch);
        return model;
    }

    private ScriptModel loadRead(Manifest.Part part, Dtype dtype) {
        byte[] bytes = verifiedAndWatched(part.file(), part.sha256(), part.bytes());
        return ScriptModel.load(bytes, part.file(), dtype, Drawings.of(part));
    }

    /**
     * Refuses to go on with files of a directory that are not those that were verified: because they were written in place,
     * truncated, replaced or removed. Takes some microseconds a file; a file with another identity, such as one that was only
     * touched, is read again.
     *
     * @throws FuseException {@code pack-invalid}, naming the first file that changed
     */
    public void requireUnchanged() {
        watched.forEach(this::requireUnchanged);
    }

    private void requireUnchanged(String file, WatchedFile watch) {
        boolean unchanged;
        try {
            unchanged = watch.isUnchanged();
        } catch (IOException e) {
            throw new FuseException(ErrorCode.PACK_INVALID, changed(file, "cannot be read any more"), e);
        }
        if (!unchanged) {
            throw invalid(changed(file, "changed after it was verified"));
        }
    }

    private String changed(String file, String how) {
        return "The file " + file + " in " + source + " " + how
                + "; put the pack in order and restart facefuse. To update a"
                + " pack, rename the new files over the old ones, never write into them, and restart.";
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
        return verifiedAndWatched(found.file(), found.sha256(), found.bytes());
    }

    private static ModelPack read(PackSource source) {
        return read(source, Clock.systemUTC(), file -> {});
    }

    private static ModelPack read(PackSource source, Clock clock, Consumer<String> onVerified) {
        Instant openedAt = clock.instant();
        PackSource.Content json;
        try {
            json = source.read(MANIFEST, MAX_MANIFEST_BYTES);
        } catch (IOException e) {
            throw unreadable(source, MANIFEST, e);
        }
        Manifest manifest;
        try {
            manifest = JSON.readValue(json.bytes(), Manifest.class);
        } catch (JacksonException e) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The pack.json in " + source + " is not a pack manifest; export the pack again.",
                    e);
        }
        ManifestCheck.check(manifest, source.toString());
        ModelPack pack = new ModelPack(source, manifest, clock, onVerified);
        pack.watch(MANIFEST, Checksums.sha256(ByteBuffer.wrap(json.bytes())), json, openedAt);
        return pack;
    }

    /**
     * Whether a part's weights stay in its file when they are loaded: they take memory of the host only while they are used.
     *
     * @param stored as the manifest of its role says
     */
    public boolean staysInFile(Manifest.Part part, String stored, Dtype dtype) {
        return part.drawn() == null && stored.equals(dtype.jsonName()) && source.path(part.file()) != null;
    }

    private byte[] verifiedAndWatched(String file, String sha256, long length) {
        Instant openedAt = clock.instant();
        PackSource.Content content = verified(file, sha256, length);
        watch(file, sha256, content, openedAt);
        return content.bytes();
    }

    private PackSource.Content verified(String file, String sha256, long length) {
        PackSource.Content content;
        try {
            content = source.read(file, length);
        } catch (IOException e) {
            throw unreadable(source, file, e);
        }
        requireListed(file, sha256, length, ByteBuffer.wrap(content.bytes()));
        return content;
    }

    private void watch(String file, String sha256, PackSource.Content content, Instant openedAt) {
        Path path = source.path(file);
        if (path != null && content.file() != null) {
            watched.put(file, new WatchedFile(path, sha256, content.file(), openedAt, clock));
        }
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
        if (bytes.remaining() != length || !Checksums.sha256(bytes).equals(sha256)) {
            throw invalid("The file " + file + " in " + source
                    + " is not the one its pack.json lists (its SHA-256 differs); fetch or export the pack again.");
        }
    }

    private static FuseException unreadable(PackSource source, String file, IOException cause) {
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
}
