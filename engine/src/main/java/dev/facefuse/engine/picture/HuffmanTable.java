package dev.facefuse.engine.picture;

/** A table of codes of 1 to 16 bits (ITU-T T.81, annex C), for decoding. */
final class HuffmanTable {
    static final int LONGEST_CODE_BITS = 16;

    private static final int FAST_BITS = 9;
    private static final int SYMBOL_BITS = 8;

    /** By the next {@value #FAST_BITS} bits, {@code length << 8 | symbol}; 0 for codes that are longer. */
    private final short[] fast = new short[1 << FAST_BITS];
    /** By length, the first code that is longer, filled up to 16 bits. */
    private final int[] beyond = new int[LONGEST_CODE_BITS + 1];
    /** By length, what is added to a code to find its symbol. */
    private final int[] offsets = new int[LONGEST_CODE_BITS + 1];

    private final byte[] symbols;

    /**
     * A table as it is declared.
     *
     * @param counts of codes of each length, 16 of them
     * @param symbols in the order of their codes
     * @throws IllegalArgumentException if there are more codes than their lengths allow
     */
    HuffmanTable(byte[] counts, byte[] symbols) {
        this.symbols = symbols;
        int code = 0;
        int used = 0;
        for (int length = 1; length <= LONGEST_CODE_BITS; length++) {
            int count = counts[length - 1] & 0xFF;
            offsets[length] = used - code;
            for (int i = 0; i < count; i++) {
                addFast(code + i, length, symbols[used + i]);
            }
            used += count;
            code += count;
            if (code > 1 << length) {
                throw new IllegalArgumentException("More codes than fit");
            }
            beyond[length] = code << (LONGEST_CODE_BITS - length);
            code <<= 1;
        }
    }

    private void addFast(int code, int length, byte symbol) {
        int spare = FAST_BITS - length;
        for (int i = 0; spare >= 0 && i < 1 << spare && (code << spare | i) < fast.length; i++) {
            fast[code << spare | i] = (short) (length << SYMBOL_BITS | (symbol & 0xFF));
        }
    }

    /**
     * The code that the next bits begin with.
     *
     * @param next 16 bits
     * @return {@code length << 8 | symbol}; −1 if there is no such code
     */
    int find(int next) {
        int found = fast[next >> (LONGEST_CODE_BITS - FAST_BITS)];
        if (found != 0) {
            return found;
        }
        for (int length = FAST_BITS + 1; length <= LONGEST_CODE_BITS; length++) {
            if (next < beyond[length]) {
                int index = (next >> (LONGEST_CODE_BITS - length)) + offsets[length];
                return index >= 0 && index < symbols.length ? length << SYMBOL_BITS | (symbols[index] & 0xFF) : -1;
            }
        }
        return -1;
    }
}
