package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code float32} on a command line. */
final class DtypeConverter implements ITypeConverter<Dtype> {
    @Override
    public Dtype convert(String word) {
        try {
            return Dtype.ofJsonName(word);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + word + "' is neither float32 nor bfloat16");
        }
    }
}
