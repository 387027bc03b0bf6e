/**
 * Code that the fuzz targets share. A target is a test class with one fuzz test, in the package whose package-private code it needs.
 */
package dev.facefuse.fuzz;
