package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The system's store of secrets, through the program that the system has for it: `secret-tool` (Linux), `security` (macOS). Service "espalier".
public final class Keyring {
    private static final int SECONDS = 30;

    private Keyring() {}

    public static String read(String account) {
        var command = command(account, System.getProperty("os.name"));
        try {
            var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            // A key fits into the pipe; the program may wait for a person to unlock the store.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) process.destroy();
            else if (process.exitValue() == 0) {
                var secret = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!secret.isBlank()) return secret;
            }
        } catch (IOException e) {
            throw new EspalierException("The system's store of keys cannot be asked: the program %s does not start. Install it, or put the key into an environment variable.".formatted(command.getFirst()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new EspalierException("The system's store holds no key of the account \"%s\" and the service \"espalier\"; store it there (docs/endpoints.md says how) or use an environment variable.".formatted(account));
    }

    static List<String> command(String account, String system) {
        var os = system.toLowerCase(Locale.ROOT);
        if (os.contains("mac")) return List.of("security", "find-generic-password", "-s", "espalier", "-a", account, "-w");
        if (os.contains("win")) throw new EspalierException("Keys from the Windows credential store are not read; put the key into an environment variable.");
        return List.of("secret-tool", "lookup", "service", "espalier", "account", account);
    }
}
