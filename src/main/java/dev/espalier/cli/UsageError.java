package dev.espalier.cli;

/// The command line contradicts itself: exit code 2.
final class WrongUsage extends RuntimeException {
    WrongUsage(String message) {
        super(message);
    }
}
