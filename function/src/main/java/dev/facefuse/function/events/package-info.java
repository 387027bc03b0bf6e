/**
 * Processes upload events of object stores. {@code UploadFunction} shows the steps: parse the event, find the job and its inputs, skip it
 * if its result is current, fuse, write the result. Nothing here depends on HTTP, the command line, Lambda or the queue.
 */
@NullMarked
package dev.facefuse.function.events;

import org.jspecify.annotations.NullMarked;
