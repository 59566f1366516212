package dev.espalier.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "bench", description = "Measures models and searches on this machine.", mixinStandardHelpOptions = true,
    subcommands = {BenchGenerateCommand.class, BenchScoreCommand.class, BenchSearchCommand.class, BenchSweepCommand.class},
    footer = {"", "Examples:", "  espalier bench generate -n 64 --loop both        the policy, and the loop most programs have beside it",
        "  espalier bench generate -n 64 --new 20-128 --json", "  espalier bench score -n 64                       the reward model",
        "  espalier bench search -n 64                      a beam search, end to end", "  espalier bench sweep -n 4 --batch all            what batching all problems gains"})
final class BenchCommand implements Runnable {
    @Spec CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to measure: generate, score, search or sweep.");
    }
}
