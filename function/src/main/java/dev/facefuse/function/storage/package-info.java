/**
 * Pictures in, results out, by URI: {@code s3:}, {@code file:}, and {@code http(s):} where it is allowed. Decides what may be
 * touched before anything is asked of a store. The only room that knows the AWS SDK and the HTTP client; no pictures are decoded
 * here.
 */
@NullMarked
package dev.facefuse.function.storage;

import org.jspecify.annotations.NullMarked;
