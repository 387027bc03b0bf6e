/**
 * Reads pictures and writes results by URI: {@code s3:}, {@code file:} and, where allowed, {@code http(s):}. Checks that a URI is
 * allowed before it is used. Only this package uses the AWS SDK and the HTTP client. It decodes no pictures.
 */
@NullMarked
package dev.facefuse.function.storage;

import org.jspecify.annotations.NullMarked;
