package dev.facefuse.soak;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Memory, and threads and descriptors, over time. */
final class VitalsPlot {
    private static final int WIDTH_PX = 900;
    private static final int HEIGHT_PX = 240;
    private static final double MEBIBYTE = 1 << 20;
    private static final double SECONDS_PER_MINUTE = 60;

    private VitalsPlot() {}

    /** Writes {@code NAME.png}; nothing if there is nothing to show. */
    static void write(List<Vital> vitals, Path folder, String name) throws IOException {
        if (vitals.isEmpty()) {
            return;
        }
        XYChart memory = chart("MiB");
        series(memory, "resident memory", vitals, vital -> vital.residentBytes() / MEBIBYTE);
        XYChart counts = chart("");
        series(counts, "threads", vitals, Vital::threads);
        series(counts, "file descriptors", vitals, Vital::descriptors);
        BitmapEncoder.saveBitmap(
                List.of(memory, counts), 2, 1, folder.resolve(name).toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static XYChart chart(String unit) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH_PX)
                .height(HEIGHT_PX)
                .xAxisTitle("minutes")
                .yAxisTitle(unit)
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        return chart;
    }

    private static void series(XYChart chart, String name, List<Vital> vitals, ToDoubleFunction<Vital> figure) {
        chart.addSeries(
                        name,
                        vitals.stream()
                                .map(vital -> vital.seconds() / SECONDS_PER_MINUTE)
                                .toList(),
                        vitals.stream().map(figure::applyAsDouble).toList())
                .setMarker(SeriesMarkers.NONE);
    }
}
