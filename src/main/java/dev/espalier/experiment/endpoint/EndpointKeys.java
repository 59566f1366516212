package dev.espalier.experiment.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.EndpointFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Decides which endpoints get a key (decision 0083). An endpoint file names a key and the address to send it to, so
/// only files in the user's own folder count, and addresses that the user typed.
public final class EndpointKeys {
    private final Path own;
    /// Where the keys for typed addresses are stored, by origin.
    private final Map<String, String> typed = new ConcurrentHashMap<>();

    /// @param own folder of the user's endpoints
    public EndpointKeys(Path own) {
        this.own = own;
    }

    /// Sets where the key for an address is stored. Only the address's origin gets the key.
    ///
    /// @param key name of an environment variable or `keyring:ACCOUNT`
    public void use(String address, String key) {
        typed.put(Endpoint.origin(Endpoint.named(address).withKey(key).urls().getFirst()), key);
    }

    /// Where the key for a typed address is stored: as set by [#use], or as in the user's own endpoints of the same
    /// origin. "" for none.
    public String at(URI url) {
        var origin = Endpoint.origin(url);
        if (typed.containsKey(origin)) return typed.get(origin);
        if (!Files.isDirectory(own)) return "";
        try (var folders = Files.list(own)) {
            var keys = folders.filter(EndpointFile::describes)
                    .flatMap(EndpointKeys::readable)
                    .filter(endpoint ->
                            endpoint.urls().stream().map(Endpoint::origin).anyMatch(origin::equals))
                    .map(Endpoint::key)
                    .filter(key -> !key.isEmpty())
                    .distinct()
                    .toList();
            return keys.size() == 1 ? keys.getFirst() : "";
        } catch (IOException e) {
            throw new EspalierException(
                    "The folder of your endpoints " + own + " cannot be listed (" + e.getMessage()
                            + "). Check its permissions.",
                    e);
        }
    }

    private static Stream<Endpoint> readable(Path folder) {
        try {
            return Stream.of(EndpointFile.read(folder));
        } catch (EspalierException reportedInItsRow) {
            return Stream.empty();
        }
    }

    /// Why an endpoint's servers get no key, and what to do; "" if they may have the key that it names.
    public String withheld(Path folder) {
        return isOwn(folder)
                ? ""
                : "its file lies in a folder of models, and keys go only to endpoints that you added yourself: add it in the window (Ctrl+E), or move its folder to %s"
                        .formatted(own);
    }

    /// Whether a folder is one of the user's own endpoints.
    public boolean isOwn(Path folder) {
        return own.toAbsolutePath()
                .normalize()
                .equals(folder.toAbsolutePath().normalize().getParent());
    }
}
