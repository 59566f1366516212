package dev.espalier.app;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Checks whether a window can open.
final class Display {
    private static final Pattern LOCAL = Pattern.compile("(?:unix)?:(\\d+)(?:\\.\\d+)?");

    private Display() {}

    /// @return "" if a window can open, otherwise the reason why it cannot
    static String missing() {
        if (System.getProperty("glass.platform", "").equalsIgnoreCase("Headless")) return "";
        return missing(System.getProperty("os.name"), System.getenv());
    }

    static String missing(String system, Map<String, String> environment) {
        var os = system.toLowerCase(Locale.ROOT);
        if (os.contains("win") || os.contains("mac")) return "";
        // JavaFX connects to an X server, or to Xwayland under Wayland. DISPLAY names both.
        var display = environment.getOrDefault("DISPLAY", "");
        if (display.isBlank()) return "DISPLAY is not set";
        var local = LOCAL.matcher(display);
        if (!local.matches()) return "";
        var socket = Path.of("/tmp/.X11-unix/X" + local.group(1));
        if (!Files.exists(socket)) return "no X server answers at DISPLAY=" + display;
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return "";
        } catch (IOException e) {
            return "no X server answers at DISPLAY=" + display;
        }
    }
}
