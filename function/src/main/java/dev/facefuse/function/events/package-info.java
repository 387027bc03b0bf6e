/**
 * Uploads become results. {@code UploadFunction} has the way as a list: unwrap the event, recognise the job, gather its sources,
 * see whether it is done, fuse, deliver. An event is a hint that something may have changed; what counts is what is in the store.
 * Knows the function and its storage, no door.
 */
@NullMarked
package dev.facefuse.function.events;

import org.jspecify.annotations.NullMarked;
