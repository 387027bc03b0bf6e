/**
 * What the targets have in common. A target is a test class with one fuzz test; it lies in the package whose doors it needs, here
 * nothing is parsed.
 */
package dev.facefuse.fuzz;
