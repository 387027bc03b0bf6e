package dev.facefuse.soak;

/**
 * What became of one act.
 *
 * @param seconds when it began, since the load did
 * @param millis that it took
 * @param status of the answer; 0 where there is none: the client left, or the server closed the connection on one that deserved it
 */
record Entry(String actor, double seconds, double millis, int status) {}
