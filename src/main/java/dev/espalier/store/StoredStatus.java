package dev.espalier.store;

/// The status of a problem by one finished search and one version of its task's grader.
///
/// @param task    the task that graded
/// @param version the version of its grader
/// @param status  the name of the status
public record StoredStatus(String task, int version, String status) {}
