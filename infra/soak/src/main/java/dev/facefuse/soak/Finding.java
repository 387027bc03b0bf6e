package dev.facefuse.soak;

/**
 * One thing that must hold.
 *
 * @param said what was found, with its figures
 */
record Finding(String what, boolean holds, String said) {}
