package dev.facefuse.bench;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A contest's results as a picture: a row for each dtype, time to the left and memory to the right. */
final class ContestPlot {
    private static final int WIDTH_PX = 820;
    private static final int HEIGHT_PX = 420;
    private static final int LABEL_PX = 12;
    private static final double MILLIS = 1000;
    private static final double GIBIBYTE = 1 << 30;

    private static final Map<String, Color> COLOURS = Map.of(
            Stage.IDENTITY, new Color(0x59a14f),
            Stage.SHAPE, new Color(0xedc948),
            Stage.GENERATOR, new Color(0x4e79a7),
            Stage.ENHANCER, new Color(0xe15759));

    private static final Color MEMORY_COLOUR = new Color(0x76b7b2);

    private ContestPlot() {}

    /**
     * Writes a PNG; nothing if there is nothing to show.
     *
     * @return whether there was
     */
    static boolean write(ContestReport results, Path file) throws IOException {
        List<CategoryChart> charts = results.dtypes().stream()
                .flatMap(dtypeResults -> charts(dtypeResults, results.settings().stages()))
                .toList();
        if (charts.isEmpty()) {
            return false;
        }
        BitmapEncoder.saveBitmap(charts, charts.size() / 2, 2, file.toString(), BitmapEncoder.BitmapFormat.PNG);
        return true;
    }

    private static Stream<CategoryChart> charts(DtypeResults dtypeResults, List<String> stages) {
        List<Result> shown =
                dtypeResults.results().stream().filter(Result::measured).toList();
        return shown.isEmpty()
                ? Stream.of()
                : Stream.of(time(dtypeResults, shown, stages), memory(dtypeResults, shown));
    }

    private static CategoryChart time(DtypeResults dtypeResults, List<Result> shown, List<String> stages) {
        CategoryChart chart = chart("Four networks, " + dtypeResults.dtype() + " (median)", "seconds");
        CategoryStyler styler = chart.getStyler();
        styler.setStacked(true);
        styler.setLabelsVisible(false); // Those of the small stages would lie over each other.
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        List<Color> colours = new ArrayList<>();
        List<String> names = shown.stream().map(ContestPlot::withTotal).toList();
        for (String stage : stages) {
            chart.addSeries(
                    stage,
                    names,
                    shown.stream()
                            .map(result -> result.millis(stage).median() / MILLIS)
                            .toList());
            colours.add(COLOURS.getOrDefault(stage, MEMORY_COLOUR));
        }
        styler.setSeriesColors(colours.toArray(Color[]::new));
        return chart;
    }

    private static CategoryChart memory(DtypeResults dtypeResults, List<Result> shown) {
        CategoryChart chart = chart("Peak resident memory of the process, " + dtypeResults.dtype(), "GiB");
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setSeriesColors(new Color[] {MEMORY_COLOUR});
        chart.addSeries(
                "peak",
                shown.stream().map(Result::name).toList(),
                shown.stream()
                        .map(result -> result.memory().peakBytes() / GIBIBYTE)
                        .toList());
        return chart;
    }

    private static CategoryChart chart(String title, String unit) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH_PX)
                .height(HEIGHT_PX)
                .title(title)
                .yAxisTitle(unit)
                .build();
        CategoryStyler styler = chart.getStyler();
        styler.setLabelsVisible(true);
        styler.setAvailableSpaceFill(0.6);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setYAxisMin(0.0);
        styler.setYAxisDecimalPattern("0.0");
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, LABEL_PX));
        return chart;
    }

    private static String withTotal(Result result) {
        return result.name() + ": " + Format.number(result.totalMillis().median() / MILLIS) + " s";
    }
}
