/**
 * AWS Lambda: one function for HTTP (API Gateway, function URLs) and one for the events of uploads, for Spring Cloud Function's
 * {@code FunctionInvoker}. Both read the event's stream themselves, because the adapter copies a picture three times and turns fields
 * of the caller's messages into headers. Code about pixels or networks does not belong here.
 */
@NullMarked
package dev.facefuse.function.lambda;

import org.jspecify.annotations.NullMarked;
