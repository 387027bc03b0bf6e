/**
 * AWS Lambda: one function for HTTP (API Gateway, function URLs) and one for the events of uploads, for Spring Cloud Function's
 * {@code FunctionInvoker}. Both take the event as it came: the adapter's own reading copies a picture three times and makes
 * headers of the caller's messages. No pictures and no engine here.
 */
@NullMarked
package dev.facefuse.function.lambda;

import org.jspecify.annotations.NullMarked;
