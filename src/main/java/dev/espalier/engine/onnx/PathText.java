package dev.espalier.engine.onnx;

import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.model.RewardModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A path as tokens for a reward model: a segment for the prompt, then one for each step. The step's score is read at
/// the last token of its segment. For an outcome model all steps are one segment.
///
/// @param ids   tokens of the whole path, prompt first
/// @param ends  exclusive ends of the segments, the prompt's first
/// @param steps number of scores to return
record PathText(int[] ids, int[] ends, int steps) {
    private static final String STEP = "{step}";

    static PathText of(ModelFolder model, Tokenizer tokenizer, RewardModel.Call call) {
        var format = java.util.Objects.requireNonNull(model.prm());
        var writer = new Writer(tokenizer);
        writer.add(model.prompting()
                .chat()
                .encode(tokenizer, call.problem().text(), model.prompting().systemPrompt()));
        writer.endSegment();
        // Only parity mode ends a path with an empty step.
        boolean empty = format.seesEmptyStep()
                && !call.path().isEmpty()
                && call.path().getLast().text().isEmpty();
        var texts = call.path().stream()
                .map(step -> format.trim() ? step.text().strip() : step.text())
                .filter(text -> empty || !text.isEmpty())
                .toList();
        for (int i = 0; i < texts.size(); i++) {
            boolean last = i == texts.size() - 1;
            if (i > 0) writer.template(format.after());
            writer.step(i == 0 ? format.first() : format.step(), texts.get(i));
            if (last && call.ended() && format.endToken())
                writer.add(new int[] {model.prompting().endIds().getFirst()});
            if (last || !format.readOut().outcome()) {
                writer.template(format.mark());
                writer.endSegment();
            }
        }
        return new PathText(
                writer.ids.build().toArray(),
                writer.ends.stream().mapToInt(i -> i).toArray(),
                texts.size());
    }

    /// Why the path does not fit the model, as a clause; "" if it fits.
    String tooLong(ModelFolder model) {
        return ids.length <= model.shape().context()
                ? ""
                : "problem and solution have %d tokens, and the context of the reward model %s is %d; lower the token limit of a solution or choose a reward model with a longer context"
                        .formatted(ids.length, model.name(), model.shape().context());
    }

    /// One score per step. An outcome model's single score is repeated for each step.
    List<Double> perStep(List<Double> scores) {
        return scores.size() == steps
                ? scores
                : IntStream.range(0, steps).mapToObj(_ -> scores.getLast()).toList();
    }

    private static final class Writer {
        private final Tokenizer tokenizer;
        private final IntStream.Builder ids = IntStream.builder();
        private final List<Integer> ends = new ArrayList<>();
        private int length;

        Writer(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        void add(int[] more) {
            for (int id : more) ids.add(id);
            length += more.length;
        }

        void template(String text) {
            if (!text.isEmpty()) add(tokenizer.encodeWithin(text, List.of()));
        }

        /// Encodes the template with the step inserted. The text of the step is never encoded as a special
        /// token.
        void step(String template, String step) {
            int at = template.indexOf(STEP);
            var cuts = tokenizer.cuts(step).stream().map(cut -> at + cut).toList();
            add(tokenizer.encodeWithin(
                    template.substring(0, at) + step + template.substring(at + STEP.length()), cuts));
        }

        void endSegment() {
            ends.add(length);
        }
    }
}
