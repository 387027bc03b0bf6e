package dev.facefuse.engine.fusion;

/**
 * A way to fuse two faces. A model pack supports one of them; the list of steps differs between them. Implementations are safe for
 * use from several threads at once and keep nothing between calls.
 */
public sealed interface Fusion permits MeshFusion, UnetFusion {}
