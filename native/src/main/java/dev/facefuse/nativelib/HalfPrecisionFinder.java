package dev.facefuse.nativelib;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Block;
import org.bytedeco.pytorch.FunctionSchema;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueOptional;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.JitNode;
import org.bytedeco.pytorch.NamedIValue;
import org.bytedeco.pytorch.Source;
import org.bytedeco.pytorch.SourceRange;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.named_attribute_iterator;
import org.bytedeco.pytorch.named_attribute_list;
import org.jspecify.annotations.Nullable;

/**
 * Finds uses of float16 in a TorchScript module: in its weights, and in the graph of {@code forward} with all functions that it
 * calls. Converting a model's weights changes neither the constants nor the casts in its code.
 */
@SuppressWarnings("try") // pointer scopes act while they are open
final class HalfPrecisionFinder {

    private static final String DTYPE_ARGUMENT = "dtype";
    private static final String CAST = "aten::half";
    private static final int MAX_CODE_CHARACTERS = 60;

    private final Set<String> findings = new LinkedHashSet<>();

    private HalfPrecisionFinder() {}

    /** Returns a short description of each use: {@code weight sub.scale}, {@code aten::to in y = torch.to(x, 5)}. */
    static List<String> in(JitModule module) {
        HalfPrecisionFinder search = new HalfPrecisionFinder();
        try (PointerScope pointers = new PointerScope()) {
            search.searchWeights(module);
            Graph graph = torch.toGraphFunction(module.get_method("forward").function())
                    .optimized_graph();
            search.searchBlock(graph.block());
        }
        return List.copyOf(search.findings);
    }

    private void searchWeights(JitModule module) {
        named_attribute_list attributes = module.named_attributes(true);
        named_attribute_iterator end = attributes.end();
        for (named_attribute_iterator at = attributes.begin(); at.notEquals(end); at.increment()) {
            try (PointerScope each = new PointerScope()) {
                NamedIValue attribute = at.multiply();
                if (isHalf(attribute.value())) {
                    findings.add("weight " + attribute.name().getString());
                }
            }
        }
    }

    private void searchBlock(Block block) {
        JitNode end = block.return_node();
        for (JitNode node = end.next(); !node.equals(end); node = node.next()) {
            try (PointerScope each = new PointerScope()) {
                searchNode(node);
            }
            long blocks = node.blocks().size();
            for (long i = 0; i < blocks; i++) {
                searchBlock(node.blocks().get(i));
            }
        }
    }

    private void searchNode(JitNode node) {
        String kind = node.kind().toQualString().getString();
        if (kind.equals("prim::Constant")) {
            IValueOptional value = torch.toIValue(node.output());
            if (value.has_value() && isHalf(value.get())) {
                findings.add("a constant in " + code(node));
            }
        } else if (kind.equals(CAST) || hasHalfArgument(node)) {
            findings.add(kind + " in " + code(node));
        }
    }

    private static boolean hasHalfArgument(JitNode node) {
        FunctionSchema schema = node.maybeSchema();
        if (schema == null || schema.isNull()) {
            return false;
        }
        @Nullable Argument arguments = schema.arguments(); // null if the operation has none
        for (int i = 0; arguments != null && i < arguments.limit(); i++) {
            if (arguments.getPointer(i).name().getString().equals(DTYPE_ARGUMENT)) {
                IValueOptional value = torch.toIValue(node.input(i));
                return value.has_value() && value.get().isInt() && value.get().toInt() == ScalarType.Half.value;
            }
        }
        return false;
    }

    private static boolean isHalf(IValue value) {
        if (!value.isTensor()) {
            return false;
        }
        org.bytedeco.pytorch.Tensor tensor = value.toTensor();
        return tensor.defined() && tensor.scalar_type().value == ScalarType.Half.value;
    }

    /** The node's line of the serialised code, shortened for a report. */
    private static String code(JitNode node) {
        SourceRange range = node.sourceRange();
        Source source = range.source();
        String code = source.get_line(source.lineno_for_offset(range.start()))
                .str()
                .getString()
                .strip();
        return code.length() <= MAX_CODE_CHARACTERS ? code : code.substring(0, MAX_CODE_CHARACTERS) + "…";
    }
}
