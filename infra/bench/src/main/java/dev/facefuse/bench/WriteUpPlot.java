package dev.facefuse.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of memory over time, with a line for each process. */
final class WriteUpPlot {
    private static final int WIDTH_PX = 900;
    private static final int HEIGHT_PX = 380;
    private static final int LABEL_PX = 12;
    private static final double GIGABYTE = 1e9;
    private static final List<Color> COLOURS =
            List.of(new Color(0xe15759), new Color(0x4e79a7), new Color(0x59a14f), new Color(0x9467bd));

    private WriteUpPlot() {}

    /** Writes {@code NAME.png} and {@code NAME.svg}. */
    static void write(WriteUpReport report, Path folder, String name) throws IOException {
        XYChart chart = chart(report);
        String file = folder.resolve(name).toString();
        BitmapEncoder.saveBitmap(chart, file, BitmapEncoder.BitmapFormat.PNG);
        VectorGraphicsEncoder.saveVectorGraphic(chart, file, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    }

    private static XYChart chart(WriteUpReport report) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH_PX)
                .height(HEIGHT_PX)
                .title("Memory of the process: " + report.rounds() + " fusions of a 720×1280 selfie, then "
                        + report.rounds() + " of a 2000×3000 portrait")
                .xAxisTitle("seconds since its start")
                .yAxisTitle("GB")
                .build();
        XYStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setYAxisMin(0.0);
        styler.setXAxisMin(0.0);
        styler.setYAxisDecimalPattern("0.#");
        styler.setXAxisDecimalPattern("0");
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, LABEL_PX));
        for (int i = 0; i < report.runs().size(); i++) {
            WriteUpReport.Run run = report.runs().get(i);
            XYSeries series = chart.addSeries(
                    run.title(),
                    run.memory().stream().map(WatchedProcess.Sample::seconds).toList(),
                    run.memory().stream()
                            .map(sample -> sample.bytes() / GIGABYTE)
                            .toList());
            series.setMarker(SeriesMarkers.NONE);
            series.setLineColor(COLOURS.get(i % COLOURS.size()));
            series.setLineStyle(new BasicStroke(1.4f));
        }
        return chart;
    }
}
