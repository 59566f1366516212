package dev.espalier.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures models and searches on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchGenerateCommand.class,
            BenchScoreCommand.class,
            BenchSearchCommand.class,
            BenchSweepCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  espalier bench generate -n 64 --loop both        the policy, compared with a plain decode loop",
            "  espalier bench generate -n 64 --new 20-128 --json",
            "  espalier bench score -n 64                       the reward model",
            "  espalier bench search -n 64                      a beam search, end to end",
            "  espalier bench sweep -n 4 --batch all            the speedup from batching all problems"
        })
final class BenchCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to measure: generate, score, search or sweep.");
    }
}
