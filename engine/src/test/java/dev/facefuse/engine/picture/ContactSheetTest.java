package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ContactSheetTest {

    @Test
    void putsPicturesInRowsUnderHeadings() throws IOException {
        byte[] sheet = ContactSheet.jpeg(
                List.of("a", "b"), List.of(List.of(png(Color.RED, 10, 20), png(Color.BLUE, 2000, 1000))));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(sheet));
        assertThat(image.getWidth()).isEqualTo(12 + 2 * 492);
        assertThat(image.getHeight()).isEqualTo(40 + 492);
        assertThat(new Color(image.getRGB(12 + 240, 40 + 240))).satisfies(c -> {
            assertThat(c.getRed()).isGreaterThan(240);
            assertThat(c.getBlue()).isLessThan(20);
        });
        assertThat(new Color(image.getRGB(12 + 492 + 240, 40 + 240)).getBlue()).isGreaterThan(240);
        // The wide picture does not reach the top of its cell.
        assertThat(new Color(image.getRGB(12 + 492 + 240, 40 + 60))).isEqualTo(Color.WHITE);
    }

    @Test
    void namesAPictureThatCannotBeDecoded() {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> ContactSheet.jpeg(List.of("a"), List.of(List.of(new byte[] {1, 2, 3}))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_PICTURE));
    }

    private static byte[] png(Color colour, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
