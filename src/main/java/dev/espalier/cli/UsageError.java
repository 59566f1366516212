package dev.espalier.cli;

/// An invalid combination of options or arguments. The process ends with exit code 2.
final class UsageError extends RuntimeException {
    UsageError(String message) {
        super(message);
    }
}
