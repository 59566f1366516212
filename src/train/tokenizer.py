"""Byte-level BPE with 768 ids, written as a plain HuggingFace ``tokenizer.json``.

The pre-tokenizer's regex keeps what the search cares about in one piece: a blank line (the step
separator) is always exactly one token, digits are single tokens, and the fixed phrases every
solution shares are one token each, which shortens a solution by a fifth at no cost in meaning.
All 256 bytes are in the vocabulary, so any UTF-8 text survives a round trip.
"""
import collections
import json
import re

PAD, PROBLEM, SOLUTION, END = 0, 1, 2, 3
SPECIAL = ["<|pad|>", "<|problem|>", "<|solution|>", "<|end|>"]
PATTERN = (r"\n\n|## Step [0-9]:|Therefore, the final answer is: \$\\boxed\{|\}\$\. I hope it is correct\."
           r"|: \$|\$\.|\}\{| ?\\[A-Za-z]+| ?[A-Za-z]+|[0-9]| ?[^\sA-Za-z0-9\\]|\s|\\")
VOCABULARY = 768


def byte_letters():
    """GPT-2's printable stand-in for each byte, as HuggingFace's ByteLevel uses it."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    out, extra = {}, 0
    for b in range(256):
        if b in keep:
            out[b] = chr(b)
        else:
            out[b] = chr(256 + extra)
            extra += 1
    return out


LETTER = byte_letters()
BYTE = {c: b for b, c in LETTER.items()}


def train(texts):
    """Greedy pair merging over the pieces of the texts; ties go to the pair first in text order."""
    rx = re.compile(PATTERN)
    counts = collections.Counter()
    for t in texts:
        counts.update(rx.findall(t))
    words = [([LETTER[b] for b in w.encode()], c) for w, c in sorted(counts.items())]
    merges = []
    while len(SPECIAL) + 256 + len(merges) < VOCABULARY:
        pairs = collections.Counter()
        for w, c in words:
            for p in zip(w, w[1:]):
                pairs[p] += c
        best = max(sorted(pairs), key=pairs.get)
        merges.append(best)
        for w, _ in words:
            i = 0
            while i < len(w) - 1:
                if (w[i], w[i + 1]) == best:
                    w[i:i + 2] = [w[i] + w[i + 1]]
                i += 1
    return merges


def tokenizer_json(merges):
    vocab = {s: i for i, s in enumerate(SPECIAL)}
    for b in range(256):
        vocab[LETTER[b]] = len(vocab)
    for a, b in merges:
        vocab[a + b] = len(vocab)
    assert len(vocab) == VOCABULARY, len(vocab)
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": s, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True} for i, s in enumerate(SPECIAL)],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}]},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
                  "vocab": vocab, "merges": [f"{a} {b}" for a, b in merges]}}


class Tokenizer:
    """Encodes with a cache of pieces: the domain has few, so a text costs dictionary look-ups."""

    def __init__(self, path):
        data = json.load(open(path, encoding="utf-8"))
        self.vocab = data["model"]["vocab"]
        self.rank = {tuple(m.split(" ")): i for i, m in enumerate(data["model"]["merges"])}
        self.letters = {i: t for t, i in self.vocab.items()}
        self.pattern = re.compile(data["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"])
        self.special = re.compile("|".join(map(re.escape, SPECIAL)))
        self.cache = {}
        self.separator = self.encode("\n\n")[0]
        assert len(self.encode("\n\n")) == 1

    def piece(self, text):
        ids = self.cache.get(text)
        if ids is None:
            w = [LETTER[b] for b in text.encode()]
            while len(w) > 1:
                r, i = min((self.rank.get(p, 1 << 30), i) for i, p in enumerate(zip(w, w[1:])))
                if r == 1 << 30:
                    break
                w[i:i + 2] = [w[i] + w[i + 1]]
            ids = self.cache[text] = [self.vocab[x] for x in w]
        return ids

    def encode(self, text):
        out = []
        for p in self.pattern.findall(text):
            out += self.piece(p)
        return out

    def prompt(self, problem):
        return [PROBLEM] + self.encode(problem) + [SOLUTION]

    def decode(self, ids):
        return bytes(BYTE[c] for i in ids if i >= len(SPECIAL) for c in self.letters[i]).decode("utf-8", "replace")


def main():
    import random
    import sys

    import config
    import domain
    rng = random.Random(config.TOKENIZER_SEED)
    texts = []
    for _ in range(config.TOKENIZER_EXAMPLES):
        _, problem, solution = domain.example(rng)
        texts += [problem, solution]
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        json.dump(tokenizer_json(train(texts)), f, ensure_ascii=False, indent=0)
    t = Tokenizer(sys.argv[1])
    for s in texts[:2000] + ["ünï\n\n\n cödé 漢字 \t\x00 12,345 \\frac", "".join(map(chr, range(300)))]:
        assert t.decode(t.encode(s)) == s, s
    lengths = {}
    for _ in range(4000):
        q, p, s = domain.example(rng)
        lengths.setdefault(q.level, []).append((len(t.prompt(p)), len(t.encode(s)) + 1))
    for level in sorted(lengths):
        a, b = zip(*lengths[level])
        print(level, "prompt mean", sum(a) / len(a), "max", max(a), "solution mean", sum(b) / len(b), "max", max(b))


if __name__ == "__main__":
    main()
