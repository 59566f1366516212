package dev.espalier.experiment.models;

import dev.espalier.EspalierException;
import dev.espalier.engine.Models;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.GraphRuns;
import dev.espalier.engine.device.Processor;
import dev.espalier.engine.device.backends.Devices;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.http.Endpoints;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.EndpointFile;
import dev.espalier.engine.http.endpoint.EndpointText;
import dev.espalier.experiment.endpoint.EndpointKeys;
import dev.espalier.experiment.endpoint.EndpointReport;
import dev.espalier.experiment.endpoint.EndpointSpec;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.problem.Problem;
import dev.espalier.search.SearchControl;
import dev.espalier.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The models in a folder of model folders, and the user's endpoints. Opens each model when it is first needed; all
/// searches share it. Thread-safe.
public final class ModelLibrary implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelLibrary.class.getName());
    /// Precisions whose products are of 8-bit numbers.
    private static final Pattern ROUGH_WITHOUT_VNNI = Pattern.compile("int8|q8.*");

    private final Path folder;
    private final Path endpoints;
    private final DeviceChoice device;
    private final EndpointKeys keys;
    private final Map<String, LanguageModel> policies = new LinkedHashMap<>();
    private final Map<String, RewardModel> rewards = new LinkedHashMap<>();
    private final List<Runnable> replaced = new ArrayList<>();
    private final Set<GraphRuns> openings = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;
    private boolean closed;

    /// @param endpoints the folder of the user's own endpoints
    public ModelLibrary(Path folder, Path endpoints, DeviceChoice device) {
        this.folder = folder;
        this.endpoints = endpoints;
        keys = new EndpointKeys(endpoints);
        this.device = device;
    }

    /// Every sub-folder that looks like a model, once per precision. Includes unusable ones with the reason.
    /// Default models come first, and a model's default precision before its others.
    public List<ModelEntry> entries() {
        var entries = new ArrayList<ModelEntry>();
        for (var child :
                children(folder, path -> EndpointFile.describes(path) ? !isReplaced(path) : ModelFolder.is(path)))
            entries.addAll(entries(child));
        for (var child : children(endpoints, EndpointFile::describes)) {
            if (entries.stream().noneMatch(entry -> entry.folder().endsWith(child.getFileName())))
                entries.addAll(entries(child));
        }
        // Alphabetical order puts "policy-small" before "policy-strong" and "prm" before "prm-weak". A model
        // that needs a server is never the default.
        entries.sort(Comparator.comparing(ModelEntry::kind)
                .thenComparing(entry -> !entry.local())
                .thenComparing(entry -> entry.folder().getFileName().toString()));
        return entries;
    }

    private static List<Path> children(Path folder, Predicate<Path> wanted) {
        if (!Files.isDirectory(folder)) return List.of();
        try (var children = Files.list(folder)) {
            return children.filter(wanted).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new EspalierException(
                    "The model folder " + folder + " cannot be listed (" + e.getMessage() + "). Check its permissions.",
                    e);
        }
    }

    private List<ModelEntry> entries(Path child) {
        var name = child.getFileName().toString();
        try {
            if (EndpointFile.describes(child)) {
                var endpoint = EndpointFile.read(child);
                var notes = endpoint.key().isEmpty() || keys.isOwn(child)
                        ? ""
                        : "the key %s is not sent: %s".formatted(endpoint.key(), keys.withheld(child));
                return List.of(new ModelEntry(
                        name,
                        endpoint.kind().word(),
                        child,
                        endpoint.description(),
                        endpoint.parameters(),
                        "",
                        endpoint.where(),
                        notes,
                        ""));
            }
            var model = ModelFolder.read(child);
            var precisions = new LinkedHashSet<>(List.of(standard(model)));
            precisions.addAll(model.precisions());
            return precisions.stream()
                    .map(precision -> entry(name, model, precision))
                    .toList();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return List.of(
                    new ModelEntry(name, name.startsWith("prm") ? "prm" : "policy", child, "", 0, reason(child, e)));
        }
    }

    /// Why a folder is unusable. Folders come from strangers: an error in one must not hide the others.
    private static String reason(Path folder, Throwable e) {
        if (e instanceof EspalierException) return String.valueOf(e.getMessage());
        LOG.log(System.Logger.Level.WARNING, "cannot read the model folder " + folder, e);
        return e instanceof OutOfMemoryError
                ? "Reading " + folder
                        + " takes more memory than Java has; its files may be damaged: copy the model folder again, or start Espalier with more memory (java -Xmx)."
                : folder
                        + " cannot be read: its files are damaged in a way that Espalier does not know; copy the model folder again.";
    }

    private static ModelEntry entry(String name, ModelFolder folder, String precision) {
        try {
            var model = folder.at(precision);
            return new ModelEntry(
                    name(name, model),
                    model.kind().word(),
                    model.path(),
                    model.description(),
                    model.shape().parameters(),
                    "",
                    "",
                    notes(model),
                    precision);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return new ModelEntry(
                    name + "@" + precision, folder.kind().word(), folder.path(), "", 0, reason(folder.path(), e));
        }
    }

    private static String notes(ModelFolder model) {
        var notes = String.join("; ", model.notes());
        return Processor.withoutVnni()
                        && ROUGH_WITHOUT_VNNI
                                .matcher(model.execution().precision())
                                .matches()
                ? notes
                        + "; this processor has no VNNI, so products of 8-bit numbers overflow and the model is less exact than elsewhere"
                : notes;
    }

    /// @param withheld why its servers get no key, and what to do; "" if they may have the key that it names
    private record Reached(Endpoint endpoint, String withheld) {}

    /// The endpoint that a name refers to: an address, or a folder that describes an endpoint. Empty for a local
    /// model.
    private Optional<Reached> endpoint(String name, ModelFolder.Kind kind) {
        if (Endpoint.isAddress(name)) {
            var typed = Endpoints.checked(Endpoint.named(name), kind);
            return Optional.of(new Reached(typed.withKey(keys.at(typed.urls().getFirst())), ""));
        }
        if (name.isBlank() || ModelFolder.is(folder.resolve(name)) && !EndpointFile.describes(folder.resolve(name)))
            return Optional.empty();
        return Stream.of(endpoints, folder)
                .map(place -> place.resolve(name))
                .filter(EndpointFile::describes)
                .findFirst()
                .map(found -> new Reached(Endpoints.checked(EndpointFile.read(found), kind), keys.withheld(found)));
    }

    /// Whether the user's own endpoint of the same name replaces this one.
    private boolean isReplaced(Path found) {
        return !keys.isOwn(found) && EndpointFile.describes(endpoints.resolve(found.getFileName()));
    }

    /// Sets where the key for a policy's address is stored. Only servers with that address's scheme, host and port
    /// get the key, and only from this process; the setting itself is not stored.
    ///
    /// @param key name of an environment variable or `keyring:ACCOUNT`
    public void useKey(String address, String key) {
        keys.use(address, key);
    }

    /// Stores an endpoint among the user's own. Replaces one of the same name.
    public void keep(EndpointSpec spec) {
        EndpointText.write(spec.endpoint(), endpoints.resolve(spec.effectiveName()));
        forget(spec.effectiveName());
    }

    /// Asks an endpoint's servers whether it can be used, and checks whether it can be stored.
    public EndpointReport ask(EndpointSpec spec) {
        var invalid = spec.invalidField();
        if (invalid.isPresent())
            return new EndpointReport(invalid.get().field(), invalid.get().message(), List.of());
        boolean taken = entries().stream()
                .anyMatch(
                        entry -> entry.name().equals(spec.effectiveName()) && !EndpointFile.describes(entry.folder()));
        if (taken)
            return new EndpointReport(
                    EndpointSpec.Field.NAME,
                    "There is a model \"%s\" among the model folders; give the endpoint another name."
                            .formatted(spec.effectiveName()),
                    List.of());
        var answer = Endpoints.ask(spec.endpoint());
        var field = answer.part() == null
                ? null
                : switch (answer.part()) {
                    case ADDRESS -> EndpointSpec.Field.ADDRESS;
                    case MODEL -> EndpointSpec.Field.MODEL;
                    case API -> EndpointSpec.Field.API;
                    case KEY -> EndpointSpec.Field.KEY;
                };
        return new EndpointReport(field, answer.message(), answer.models());
    }

    /// The next search reopens the model of this name; running searches keep theirs.
    private synchronized void forget(String name) {
        var policy = policies.remove(name);
        if (policy != null) replaced.add(policy::close);
        var reward = rewards.remove(name);
        if (reward != null) replaced.add(reward::close);
    }

    /// Asks all endpoints among some models at once whether they can be used. Waits a few seconds at most.
    ///
    /// @return one sentence for each endpoint that is unavailable
    public Map<ModelEntry, String> unavailable(List<ModelEntry> entries) {
        var reasons = new ConcurrentHashMap<ModelEntry, String>();
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var entry : entries)
                each.execute(() -> {
                    var reason = health(entry);
                    if (!reason.isEmpty()) reasons.put(entry, reason);
                });
        }
        return reasons;
    }

    /// "" for an available endpoint and for a local model, otherwise what is wrong.
    String health(ModelEntry entry) {
        return entry.local() || !entry.usable()
                ? ""
                : Endpoints.health(EndpointFile.read(entry.folder()), keys.withheld(entry.folder()));
    }

    /// A sentence where a policy's prompts are plain text although nobody asked for that; "" for all others.
    public String plainTextNote(String policy) {
        if (endpoint(policy, ModelFolder.Kind.POLICY).isPresent()) return "";
        var reason = read(policy, ModelFolder.Kind.POLICY).prompting().plainText();
        return reason.isEmpty() ? "" : "The policy %s: %s.".formatted(policy, reason);
    }

    /// A policy's full name, as runs store it: with the precision if its folder has several; the default precision
    /// if none is named.
    public String policyName(String wanted) {
        return named(wanted, ModelFolder.Kind.POLICY);
    }

    /// As [#policyName(String)], with a separate precision.
    ///
    /// @throws EspalierException if the folder has no such precision; lists the existing ones
    public String policyName(String wanted, String precision) {
        return named(wanted, precision, ModelFolder.Kind.POLICY);
    }

    /// A reward model's full name, "" for none.
    public String rewardName(String wanted) {
        return wanted.isEmpty() ? "" : named(wanted, ModelFolder.Kind.PRM);
    }

    /// A model's full name, as runs store it: with the precision if its folder has several.
    ///
    /// @param wanted a name with or without a precision; without, the default precision
    String named(String wanted, ModelFolder.Kind kind) {
        return endpoint(wanted, kind).isPresent() ? wanted : name(folderName(wanted), read(wanted, kind));
    }

    /// The same with a separate precision.
    String named(String wanted, String precision, ModelFolder.Kind kind) {
        if (endpoint(wanted, kind).isPresent())
            throw new EspalierException(
                    "%s runs on a server, which has its own precision; name none.".formatted(wanted));
        var name = folderName(wanted);
        return name(name, plain(name, kind).at(precision));
    }

    /// The full name of a stored search's model. Older names lack the precision, or predate graph rewriting; for
    /// them, finds the model with the stored hash.
    public String madeWith(String name, String sha256, ModelFolder.Kind kind) {
        if (endpoint(name, kind).isPresent()) return name;
        var plain = folderName(name);
        var model = plain(plain, kind);
        // The folder's own precision first: most searches used it, and another graph can be broken.
        var precisions = plain.equals(name)
                ? Stream.concat(Stream.of(model.execution().precision()), model.precisions().stream())
                : Stream.of(name.substring(plain.length() + 1));
        return precisions
                .flatMap(precision -> Stream.of(precision, precision + ModelFolder.EXPORTED))
                .map(model::at)
                .filter(one -> one.fingerprint().equals(sha256))
                .findFirst()
                .map(one -> name(plain, one))
                .orElse(name);
    }

    private static String name(String name, ModelFolder model) {
        return !model.oneOfSeveral() ? name : name + "@" + model.execution().precision();
    }

    private String standard(ModelFolder model) {
        return model.variants().isEmpty()
                ? model.execution().precision()
                : model.standardPrecision(Devices.gpu(device));
    }

    /// Without the precision, if there is one.
    private String folderName(String wanted) {
        int at = wanted.lastIndexOf('@');
        return at > 0 && !ModelFolder.is(folder.resolve(wanted)) ? wanted.substring(0, at) : wanted;
    }

    /// @param wanted a folder's name, or `NAME@PRECISION`
    private ModelFolder read(String wanted, ModelFolder.Kind kind) {
        var name = folderName(wanted);
        var model = plain(name, kind);
        return model.at(name.equals(wanted) ? standard(model) : wanted.substring(name.length() + 1));
    }

    /// Reads a folder in its own precision.
    private ModelFolder plain(String name, ModelFolder.Kind kind) {
        var child = folder.resolve(name);
        if (name.isBlank() || !ModelFolder.is(child)) {
            var usable = entries().stream()
                    .filter(entry -> entry.kind().equals(kind.word()) && entry.usable())
                    .map(ModelEntry::name)
                    .toList();
            throw new EspalierException("There is no model \"%s\" in %s. %s"
                    .formatted(
                            name,
                            folder,
                            usable.isEmpty()
                                    ? "There is no " + kind.word()
                                            + " there at all: choose another folder with --models."
                                    : "There are: " + String.join(", ", usable) + "."));
        }
        var model = ModelFolder.read(child);
        if (model.kind() != kind)
            throw new EspalierException("The model \"%s\" is a %s, and a %s is needed here."
                    .formatted(name, model.kind().word(), kind.word()));
        return model;
    }

    /// A policy's folder in the precision in which it would run.
    public ModelFolder policyFolder(String name) {
        return read(name, ModelFolder.Kind.POLICY);
    }

    /// Temperature, token limit, separator and system prompt that a policy's folder recommends. If the folder has
    /// no system prompt and the policy follows instructions, uses the one of the problems' task.
    public Generation generation(String policy, List<Problem> problems) {
        var recommended = generation(policy);
        return takesTaskPrompt(policy) ? recommended.withSystemPrompt(Tasks.systemPrompt(problems)) : recommended;
    }

    private boolean takesTaskPrompt(String policy) {
        return endpoint(policy, ModelFolder.Kind.POLICY).isEmpty()
                && read(policy, ModelFolder.Kind.POLICY).prompting().takesTaskPrompt();
    }

    /// The same sampling with the system prompt that [#generation(String, List)] recommends.
    public Generation prompted(Generation sampling, String policy, List<Problem> problems) {
        return sampling.withSystemPrompt(generation(policy, problems).systemPrompt());
    }

    /// The settings that a policy's folder recommends, for any problem.
    public Generation generation(String policy) {
        var standard = Generation.DEFAULT;
        var endpoint = endpoint(policy, ModelFolder.Kind.POLICY).map(Reached::endpoint);
        if (endpoint.isPresent())
            return new Generation(
                    standard.temperature(),
                    standard.topP(),
                    endpoint.get().maxNewTokens(),
                    endpoint.get().separator(),
                    endpoint.get().systemPrompt());
        var model = read(policy, ModelFolder.Kind.POLICY);
        return new Generation(
                standard.temperature(),
                standard.topP(),
                model.prompting().maxNewTokens(),
                model.prompting().separator(),
                model.prompting().systemPrompt());
    }

    /// Runs work that opens models and may run graphs to compare them.
    ///
    /// @param control cancelling it stops the work
    /// @throws CancellationException if the control was cancelled, or if everything is being closed
    public <T> T opening(SearchControl control, Supplier<T> work) {
        var runs = new GraphRuns();
        runs.cancelWhen(() -> closing || control.state() == SearchControl.State.CANCELLED);
        openings.add(runs);
        try {
            control.onCancel(runs::terminateIfCancelled);
            return runs.within(work);
        } catch (RuntimeException | Error failed) {
            if (!closing) throw failed;
            // While native libraries are being closed, any exception can occur.
            LOG.log(System.Logger.Level.DEBUG, "opening a model stopped because Espalier is closing", failed);
            throw (CancellationException)
                    new CancellationException("Espalier is closing; no model is opened.").initCause(failed);
        } finally {
            openings.remove(runs);
        }
    }

    /// Stops all [#opening] work. No model can be opened after this.
    public void stopOpening() {
        closing = true;
        openings.forEach(GraphRuns::terminateIfCancelled);
    }

    /// Opens a policy, or returns the open one. Cancelling the control stops the opening.
    public LanguageModel policy(String name, SearchControl control) {
        return opening(control, () -> policy(name));
    }

    /// Opens a reward model, or returns the open one. Cancelling the control stops the opening.
    public RewardModel reward(String name, SearchControl control) {
        return opening(control, () -> reward(name));
    }

    public synchronized LanguageModel policy(String name) {
        if (closed || closing) throw new CancellationException("Espalier is closing; the search was not started.");
        if (policies.containsKey(name) && policies.get(name).stopped())
            policies.remove(name).close();
        return policies.computeIfAbsent(
                named(name, ModelFolder.Kind.POLICY),
                key -> endpoint(key, ModelFolder.Kind.POLICY)
                        .map(found -> Endpoints.policy(found.endpoint(), found.withheld()))
                        .orElseGet(() -> Models.policy(read(key, ModelFolder.Kind.POLICY), device, Models.threads())));
    }

    public synchronized RewardModel reward(String name) {
        if (closed || closing) throw new CancellationException("Espalier is closing; the search was not started.");
        if (rewards.containsKey(name) && rewards.get(name).stopped())
            rewards.remove(name).close();
        return rewards.computeIfAbsent(
                named(name, ModelFolder.Kind.PRM),
                key -> endpoint(key, ModelFolder.Kind.PRM)
                        .map(found -> Endpoints.reward(found.endpoint(), found.withheld()))
                        .orElseGet(() -> Models.reward(read(key, ModelFolder.Kind.PRM), device, Models.threads())));
    }

    /// The devices of the open models, "" if none is open.
    public synchronized String device() {
        return policies.values().stream()
                .findFirst()
                .map(model -> model.card().device())
                .orElse("");
    }

    @Override
    public void close() {
        stopOpening();
        closeAll();
    }

    private synchronized void closeAll() {
        closed = true;
        policies.values().forEach(LanguageModel::close);
        rewards.values().forEach(RewardModel::close);
        replaced.forEach(Runnable::run);
    }
}
