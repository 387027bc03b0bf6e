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
 * Looks for float16 in a TorchScript module: in its weights, and in the graph that runs when {@code forward} is called, with
 * all that it calls. The conversion of a model's weights reaches neither a constant nor a cast in the code.
 */
@SuppressWarnings("try") // pointer scopes work by being open
final class HalfPrecision {

    private static final String DTYPE_ARGUMENT = "dtype";
    private static final String CAST = "aten::half";
    private static final int LONGEST_CODE_CHARACTERS = 60;

    private final Set<String> places = new LinkedHashSet<>();

    private HalfPrecision() {}

    /** Each place in a few words: {@code weight sub.scale}, {@code aten::to in y = torch.to(x, 5)}. Empty, if there is none. */
    static List<String> in(JitModule module) {
        HalfPrecision look = new HalfPrecision();
        try (PointerScope pointers = new PointerScope()) {
            look.atWeights(module);
            Graph graph = torch.toGraphFunction(module.get_method("forward").function())
                    .optimized_graph();
            look.at(graph.block());
        }
        return List.copyOf(look.places);
    }

    private void atWeights(JitModule module) {
        named_attribute_list attributes = module.named_attributes(true);
        named_attribute_iterator end = attributes.end();
        for (named_attribute_iterator at = attributes.begin(); at.notEquals(end); at.increment()) {
            try (PointerScope each = new PointerScope()) {
                NamedIValue attribute = at.multiply();
                if (isHalf(attribute.value())) {
                    places.add("weight " + attribute.name().getString());
                }
            }
        }
    }

    private void at(Block block) {
        JitNode end = block.return_node();
        for (JitNode node = end.next(); !node.equals(end); node = node.next()) {
            try (PointerScope each = new PointerScope()) {
                look(node);
            }
            long blocks = node.blocks().size();
            for (long i = 0; i < blocks; i++) {
                at(node.blocks().get(i));
            }
        }
    }

    private void look(JitNode node) {
        String kind = node.kind().toQualString().getString();
        if (kind.equals("prim::Constant")) {
            IValueOptional value = torch.toIValue(node.output());
            if (value.has_value() && isHalf(value.get())) {
                places.add("a constant in " + code(node));
            }
        } else if (kind.equals(CAST) || asksForHalf(node)) {
            places.add(kind + " in " + code(node));
        }
    }

    private static boolean asksForHalf(JitNode node) {
        FunctionSchema schema = node.maybeSchema();
        if (schema == null || schema.isNull()) {
            return false;
        }
        @Nullable Argument arguments = schema.arguments(); // null where the operation takes none
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

    /** The line of the serialised code, or as much of it as fits a report. */
    private static String code(JitNode node) {
        SourceRange range = node.sourceRange();
        Source source = range.source();
        String code = source.get_line(source.lineno_for_offset(range.start()))
                .str()
                .getString()
                .strip();
        return code.length() <= LONGEST_CODE_CHARACTERS ? code : code.substring(0, LONGEST_CODE_CHARACTERS) + "…";
    }
}
