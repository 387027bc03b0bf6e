package dev.facefuse.bench;

import java.util.List;

/**
 * Something that shows what the machine can do at most.
 *
 * @param file TorchScript, whose {@code forward} takes {@code x}
 * @param shape of x, which is laid out channels-last
 * @param flop of one run; 0 for one that only reads x and writes it
 */
record Ceiling(String name, String file, List<Long> shape, long flop) {}
