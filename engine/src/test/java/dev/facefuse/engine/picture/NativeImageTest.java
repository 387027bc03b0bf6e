package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

class NativeImageTest {
    static {
        OpenCv.prepare();
    }

    private final List<Mat> made = new ArrayList<>();

    @Test
    void givesTheImageThatTheWorkFilled() {
        try (Mat image = NativeImage.filled(mat -> mat.create(2, 3, opencv_core.CV_8UC1))) {
            assertThat(image.cols()).isEqualTo(3);
        }
    }

    @Test
    void closesTheImageWhenTheWorkThrows() {
        assertThatIllegalStateException()
                .isThrownBy(() -> NativeImage.filled(mat -> {
                    made.add(mat);
                    throw new IllegalStateException();
                }));
        assertThat(made).singleElement().satisfies(mat -> assertThat(mat.isNull())
                .isTrue());
    }

    @Test
    void anObjectIsClosedUnlessItsOwnershipIsTransferred() {
        try (NativeOwner owner = new NativeOwner()) {
            made.add(owner.own(new Mat()));
        }
        try (NativeOwner owner = new NativeOwner()) {
            made.add(owner.transferTo(owner.own(new Mat())));
        }
        assertThat(made).extracting(mat -> mat.isNull()).containsExactly(true, false);
        made.get(1).close();
    }

    @Test
    @SuppressWarnings("try") // The scope works by being open.
    void aScopeClosesOpenCvsObjectsAndNoOthers() {
        try (IntPointer others = inScope()) {
            assertThat(others.isNull()).isFalse();
            assertThat(made).singleElement().satisfies(mat -> assertThat(mat.isNull())
                    .isTrue());
        }
    }

    @SuppressWarnings("try")
    private IntPointer inScope() {
        try (PointerScope scope = NativeImage.scope()) {
            made.add(new Mat());
            new Size(1, 1).width(2);
            return new IntPointer(1);
        }
    }
}
