package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The system's keyring. Linux and macOS have programs for it, `secret-tool` and `security`; the service is "espalier".
/// Windows has a function, see [WindowsCredentials]; the target is "espalier/ACCOUNT".
public final class Keyring {
    private static final int SECONDS = 30;

    private Keyring() {}

    /// @throws EspalierException if the store cannot be used or has no such key
    public static String read(String account) {
        var system = System.getProperty("os.name");
        var secret =
                isWindows(system) ? WindowsCredentials.read(target(account)).orElse("") : run(command(account, system));
        if (!secret.isBlank()) return secret;
        throw new EspalierException(
                "The system's store holds no key of the account \"%s\" and the service \"espalier\"; store it there (docs/endpoints.md says how) or use an environment variable."
                        .formatted(account));
    }

    /// "" if the program finds nothing, or takes longer than 30 s.
    private static String run(List<String> command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            // A key fits into the pipe; the program may wait until the user has unlocked the store.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) process.destroy();
            else if (process.exitValue() == 0)
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EspalierException(
                    "The system's store of keys cannot be used: the program %s does not start. Install it, or put the key into an environment variable."
                            .formatted(command.getFirst()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }

    private static boolean isWindows(String system) {
        return system.toLowerCase(Locale.ROOT).startsWith("windows");
    }

    static String target(String account) {
        return "espalier/" + account;
    }

    static List<String> command(String account, String system) {
        var os = system.toLowerCase(Locale.ROOT);
        if (os.contains("mac"))
            return List.of("security", "find-generic-password", "-s", "espalier", "-a", account, "-w");
        return List.of("secret-tool", "lookup", "service", "espalier", "account", account);
    }
}
