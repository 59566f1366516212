package dev.espalier.ui.kit;

import dev.espalier.io.PrivateFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.StringProperty;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The window's settings: a JSON object of strings. Writes changes after half a second, to a temporary file that then
/// replaces the old one, so that a crash never leaves a partial file. Ignores an unreadable file.
public final class WindowSettings {
    private static final System.Logger LOG = System.getLogger(WindowSettings.class.getName());
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final long DELAY_MILLIS = 500;

    private final Path file;
    private final Executor later;
    private final TreeMap<String, String> values = new TreeMap<>();
    private final AtomicReference<String> unsaved = new AtomicReference<>("");
    private final BooleanProperty dark = new SimpleBooleanProperty();

    /// @param worker writes the file
    public WindowSettings(Path file, Executor worker) {
        this.file = file;
        this.later = CompletableFuture.delayedExecutor(DELAY_MILLIS, TimeUnit.MILLISECONDS, worker);
        read();
        dark.set(Boolean.parseBoolean(get("dark", "false")));
        dark.subscribe((_, now) -> put("dark", now.toString()));
    }

    public BooleanProperty dark() {
        return dark;
    }

    public String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public double number(String name, double otherwise) {
        try {
            return Double.parseDouble(get(name, ""));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    public void put(String name, String value) {
        if (value.equals(values.put(name, value))) return;
        if (unsaved.getAndSet(JSON.writeValueAsString(values)).isEmpty()) later.execute(this::save);
    }

    /// Sets the property to its stored value, if there is one, and stores its changes.
    public void keep(String name, StringProperty property) {
        property.set(get(name, property.get()));
        property.subscribe((_, now) -> put(name, now == null ? "" : now));
    }

    /// Writes pending changes. Called by the timer and on exit.
    public void save() {
        String text = unsaved.getAndSet("");
        if (text.isEmpty()) return;
        try {
            var folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
            PrivateFiles.folder(folder);
            var temporary = Files.createTempFile(folder, "window", ".tmp");
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The window's settings could not be written to " + file, e);
        }
    }

    private void read() {
        if (!Files.isRegularFile(file)) return;
        try {
            values.putAll(JSON.readValue(Files.readString(file), new TypeReference<TreeMap<String, String>>() {}));
        } catch (IOException | JacksonException e) {
            LOG.log(Level.WARNING, "The window's settings in " + file + " cannot be read and are ignored", e);
        }
    }
}
