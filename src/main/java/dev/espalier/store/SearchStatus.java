package dev.espalier.store;

/// How a stored search stands. RUNNING without anybody running it means interrupted: it can be resumed, like a cancelled one.
public enum SearchStatus { RUNNING, FINISHED, FAILED, CANCELLED }
