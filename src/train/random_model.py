"""Writes a policy folder with random weights, with every graph and precision that there is.

110 million parameters are what the engine's speed is measured with. Never committed (540 MB). Its text is noise,
so measure with fixed lengths:
    python3 src/train/random_model.py target/models/random-110m
    espalier bench generate --models target/models --model random-110m -n 64 --loop both
A tiny one is what tests compare the graphs with:
    python3 src/train/random_model.py --tiny src/test/resources/dev/espalier/engine/models/tiny-random
"""
import argparse
import json
import os
import sys
import tempfile

import config as C

TINY = "--tiny" in sys.argv
C.D, C.LAYERS, C.HEADS, C.HEAD_DIM, C.HIDDEN, C.CONTEXT, C.VOCABULARY = (64, 2, 2, 32, 96, 320, 768) if TINY else (768, 12, 12, 64, 2048, 1024, 32000)

import torch  # noqa: E402  (the shape above comes first)

from export import export  # noqa: E402
from model import Policy  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(HERE, "..", "..", "sample-data", "models", "policy-small", "tokenizer.json")


def widened(path, vocabulary):
    """The sample tokenizer with words that no text has, up to a vocabulary."""
    with open(path, encoding="utf-8") as f:
        made = json.load(f)
    table = made["model"]["vocab"]
    taken = set(table.values()) | {t["id"] for t in made["added_tokens"]}
    for i in range(vocabulary):
        if i not in taken:
            table["Filler%d" % i] = i
    return made


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    a.add_argument("--tiny", action="store_true", help="64 thousand parameters instead of 110 million")
    a.add_argument("--seed", type=int, default=5)
    args = a.parse_args()
    torch.manual_seed(args.seed)
    model = Policy()
    if TINY:
        # larger weights than at a training's start, so that what attention finds matters
        for name, p in model.named_parameters():
            if "norm" not in name:
                p.data *= 3
    with tempfile.TemporaryDirectory() as temporary:
        tokenizer = os.path.join(temporary, "tokenizer.json")
        with open(tokenizer, "w", encoding="utf-8") as f:
            json.dump(widened(SAMPLE, C.VOCABULARY), f, ensure_ascii=False)
        export(model, args.folder, tokenizer, os.path.basename(os.path.normpath(args.folder)),
               "Random weights: for measuring speed and comparing graphs only.", {"weights": "random", "seed": args.seed},
               pieces=True, precisions=("int8", "int4", "int8-block"))


if __name__ == "__main__":
    main()
