package dev.facefuse.engine;

import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.Fusion;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.step.CompareFaces;
import dev.facefuse.engine.step.EmbedFaces;
import dev.facefuse.engine.step.EnhanceFace;
import dev.facefuse.engine.step.ExtractIdentity;
import dev.facefuse.engine.step.FindFace;
import dev.facefuse.engine.step.GenerateFace;
import dev.facefuse.engine.step.LabelPicture;
import dev.facefuse.engine.step.PasteFace;
import dev.facefuse.engine.step.ReadPicture;
import dev.facefuse.engine.step.RetouchFace;
import dev.facefuse.engine.step.Side;
import dev.facefuse.engine.step.Step;
import dev.facefuse.engine.step.TransferShape;
import dev.facefuse.engine.step.WarpMesh;
import dev.facefuse.engine.step.WritePicture;
import java.util.ArrayList;
import java.util.List;

/** The steps of a fusion in their order. Adding a step is one class in {@code engine.step} and one line here. */
final class Steps {
    private final PictureReader reader;
    private final PictureWriter writer = new PictureWriter();
    private final FaceNetworks faces;
    private final Fusion fusion;
    private final Labelling labelling;

    /** Steps that run a pack's networks and its fusion. */
    Steps(PictureLimits limits, FaceNetworks faces, Fusion fusion, Labelling labelling) {
        this.reader = new PictureReader(limits);
        this.faces = faces;
        this.fusion = fusion;
        this.labelling = labelling;
    }

    /**
     * The steps for a request.
     *
     * @throws FuseException {@code bad-request} if the pack lacks what the options ask for
     */
    List<Step> of(FuseOptions options) {
        List<Step> steps = new ArrayList<>();
        steps.add(new ReadPicture(Side.TEMPLATE, reader));
        steps.add(new FindFace(Side.TEMPLATE, faces.finder(), faces.meshes(), options.faces()));
        steps.add(new ReadPicture(Side.USER, reader));
        steps.add(new FindFace(Side.USER, faces.finder(), faces.meshes(), options.faces()));
        steps.add(new EmbedFaces(faces.embedder()));
        if (fusion instanceof MeshFusion mesh) {
            if (options.enhance() == Enhance.ALWAYS) {
                throw noEnhancer("leave it out or choose a pack with one, such as damo-unet.");
            }
            steps.add(new WarpMesh(mesh));
        } else if (fusion instanceof UnetFusion unet) {
            if (options.enhance() == Enhance.ALWAYS && !unet.hasEnhancer()) {
                throw noEnhancer("ask for auto or export the pack with it.");
            }
            steps.add(new ExtractIdentity(unet, options.enhance()));
            steps.add(new TransferShape());
            steps.add(new GenerateFace());
            if (unet.mayEnhance(options.enhance())) {
                steps.add(new EnhanceFace(unet, options.enhance()));
            }
        }
        steps.add(new PasteFace(options.blending()));
        steps.add(new RetouchFace(options.retouching()));
        steps.add(new CompareFaces(faces.meshes(), faces.embedder()));
        steps.add(new WritePicture(options.output(), options.mark(), labelling, writer));
        steps.add(new LabelPicture(options.output(), labelling));
        return List.copyOf(steps);
    }

    private static FuseException noEnhancer(String advice) {
        return new FuseException(
                ErrorCode.BAD_REQUEST, "enhance is always, and this model pack has no enhancer; " + advice);
    }
}
