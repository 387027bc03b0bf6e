/**
 * HTTP: {@code POST /fuse}, {@code /faces} and {@code /events}, the page, who may come in, problems, health. Thin controllers that
 * find the functions in Spring Cloud Function's catalog, in place of that project's own web adapter, which reads a body as one
 * string, calls the function once for each part of a multipart body and knows nothing of {@code Accept} or of problem JSON. No
 * pictures and no engine here.
 */
@NullMarked
package dev.facefuse.function.http;

import org.jspecify.annotations.NullMarked;
