/**
 * HTTP: {@code POST /fuse}, {@code /faces} and {@code /events}, the page, access, problem responses, health. Thin controllers call the
 * functions. They replace Spring Cloud Function's own web adapter, which reads a body as one string, calls the function once for each
 * part of a multipart body and supports neither {@code Accept} nor problem JSON. Code about pixels or networks does not belong here.
 */
@NullMarked
package dev.facefuse.function.http;

import org.jspecify.annotations.NullMarked;
