package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.engine.DeviceChoice;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Models;
import dev.espalier.engine.http.Endpoint;
import dev.espalier.engine.http.EndpointFile;
import dev.espalier.engine.http.Endpoints;
import dev.espalier.search.Generation;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.RewardModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The model folders of a folder, and the endpoints that a person keeps for all of them; each model is opened once, when it is first needed, and shared by all searches.
final class ModelShelf implements AutoCloseable {
    private final Path folder;
    private final Path endpoints;
    private final DeviceChoice device;
    private final Map<String, LanguageModel> policies = new LinkedHashMap<>();
    private final Map<String, RewardModel> rewards = new LinkedHashMap<>();
    private boolean closed;

    /// @param endpoints a further folder of folders, in which only endpoints are looked for
    ModelShelf(Path folder, Path endpoints, DeviceChoice device) {
        this.folder = folder;
        this.endpoints = endpoints;
        this.device = device;
    }

    /// Every sub-folder that looks like a model, also those that cannot be used, with the reason. Default models first.
    List<ModelEntry> entries() {
        var entries = new ArrayList<ModelEntry>();
        for (var child : children(folder, path -> ModelFolder.is(path) || EndpointFile.describes(path))) entries.add(entry(child));
        for (var child : children(endpoints, EndpointFile::describes)) {
            if (entries.stream().noneMatch(entry -> entry.name().equals(child.getFileName().toString()))) entries.add(entry(child));
        }
        // "policy-small" before "policy-strong", "prm" before "prm-weak": the plain alphabet serves. What needs a server is nobody's default.
        entries.sort(Comparator.comparing(ModelEntry::kind).thenComparing(entry -> !entry.local()).thenComparing(ModelEntry::name));
        return entries;
    }

    private static List<Path> children(Path folder, Predicate<Path> wanted) {
        if (!Files.isDirectory(folder)) return List.of();
        try (var children = Files.list(folder)) {
            return children.filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new EspalierException("The model folder " + folder + " cannot be listed (" + e.getMessage() + "). Check its permissions.", e);
        }
    }

    private static ModelEntry entry(Path child) {
        var name = child.getFileName().toString();
        try {
            if (EndpointFile.describes(child)) {
                var endpoint = EndpointFile.read(child);
                return new ModelEntry(name, endpoint.kind().word(), child, endpoint.description(), endpoint.parameters(), "", endpoint.where());
            }
            var model = ModelFolder.read(child);
            return new ModelEntry(name, model.kind().word(), child, model.description(), model.parameters(), "", "", String.join("; ", model.notes()));
        } catch (EspalierException e) {
            return new ModelEntry(name, name.startsWith("prm") ? "prm" : "policy", child, "", 0, e.getMessage());
        }
    }

    /// The endpoint that a name stands for, where it stands for one: an address, or a folder that describes one.
    private Optional<Endpoint> endpoint(String name, ModelFolder.Kind kind) {
        if (Endpoint.isAddress(name)) return Optional.of(Endpoints.checked(Endpoint.named(name), kind));
        if (name.isBlank() || ModelFolder.is(folder.resolve(name)) && !EndpointFile.describes(folder.resolve(name))) return Optional.empty();
        return Stream.of(folder, endpoints).map(place -> place.resolve(name)).filter(EndpointFile::describes).findFirst().map(found -> Endpoints.checked(EndpointFile.read(found), kind));
    }

    /// Whether an endpoint answers: "" for one that does and for a model of this machine, else what is wrong.
    String health(ModelEntry entry) {
        return entry.local() || !entry.usable() ? "" : Endpoints.trouble(EndpointFile.read(entry.folder()));
    }

    /// @param wanted a folder's name, or `NAME@PRECISION`
    private ModelFolder read(String wanted, ModelFolder.Kind kind) {
        int at = wanted.lastIndexOf('@');
        if (at > 0 && !ModelFolder.is(folder.resolve(wanted))) return read(wanted.substring(0, at), kind).at(wanted.substring(at + 1));
        var name = wanted;
        var child = folder.resolve(name);
        if (name.isBlank() || !ModelFolder.is(child)) {
            var usable = entries().stream().filter(entry -> entry.kind().equals(kind.word()) && entry.usable()).map(ModelEntry::name).toList();
            throw new EspalierException("There is no model \"%s\" in %s. %s".formatted(name, folder,
                usable.isEmpty() ? "There is no " + kind.word() + " there at all: choose another folder with --models." : "There are: " + String.join(", ", usable) + "."));
        }
        var model = ModelFolder.read(child);
        if (model.kind() != kind) throw new EspalierException("The model \"%s\" is a %s, and a %s is needed here.".formatted(name, model.kind().word(), kind.word()));
        return model;
    }

    /// What a policy's folder recommends.
    Generation generation(String policy) {
        var standard = Generation.DEFAULT;
        var endpoint = endpoint(policy, ModelFolder.Kind.POLICY);
        if (endpoint.isPresent()) return new Generation(standard.temperature(), standard.topP(), endpoint.get().maxNewTokens(), endpoint.get().separator(), endpoint.get().systemPrompt());
        var model = read(policy, ModelFolder.Kind.POLICY);
        return new Generation(standard.temperature(), standard.topP(), model.maxNewTokens(), model.separator(), model.systemPrompt());
    }

    synchronized LanguageModel policy(String name) {
        if (closed) throw new EspalierException("Espalier is closing; the search was not started.");
        return policies.computeIfAbsent(name, key -> endpoint(key, ModelFolder.Kind.POLICY).map(Endpoints::policy)
            .orElseGet(() -> Models.policy(read(key, ModelFolder.Kind.POLICY), device, Models.threads())));
    }

    synchronized RewardModel reward(String name) {
        if (closed) throw new EspalierException("Espalier is closing; the search was not started.");
        return rewards.computeIfAbsent(name, key -> endpoint(key, ModelFolder.Kind.PRM).map(Endpoints::reward)
            .orElseGet(() -> Models.reward(read(key, ModelFolder.Kind.PRM), device, Models.threads())));
    }

    /// What the opened models run on, "" while none is open.
    synchronized String device() {
        return policies.values().stream().findFirst().map(model -> model.card().device()).orElse("");
    }

    @Override
    public synchronized void close() {
        closed = true;
        policies.values().forEach(LanguageModel::close);
        rewards.values().forEach(RewardModel::close);
    }
}
