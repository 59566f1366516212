"""Writes the four model folders with what is known about their training."""
import hashlib
import os
import sys

import torch

import config as C
from export import export
from model import Policy, Prm, WeakPrm, load

SCRIPTS = ("config.py", "domain.py", "tokenizer.py", "model.py", "train_policy.py", "checker.py", "generate.py", "train_prm.py")
MODELS = {
    "policy-small": (Policy, "policy-small.pt", "Sample policy: 1.1 million parameters, an early checkpoint that is often wrong, so search has something to do."),
    "policy-strong": (Policy, "policy-strong.pt", "Sample policy: the same run as policy-small, its last checkpoint."),
    "prm": (Prm, "prm.pt", "Sample process reward model: frozen last policy as trunk, its opinion of each token as features, two more blocks."),
    "prm-weak": (WeakPrm, "prm-weak.pt", "Weak process reward model: a policy with a scalar head. It learnt which problems are hard, and misleads search."),
}


def recipe():
    here = os.path.dirname(os.path.abspath(__file__))
    h = hashlib.sha256()
    for s in SCRIPTS:
        h.update(open(os.path.join(here, s), "rb").read())
    return h.hexdigest()[:16]


def facts(kind, saved):
    base = {"recipe": "src/train", "recipe_sha256": recipe(), "data": "generated, src/train/domain.py"}
    if kind is Policy:
        return {**base, "seed": C.POLICY_SEED, "checkpoint_step": saved["step"], "tokens": saved["tokens"]}
    return {**base, "seed": C.PRM_SEED, "sequences": saved["sequences"], "steps": saved["steps"],
            "trunk_step": saved["trunk_step"]}


def main():
    folder = sys.argv[1]
    for name, (kind, file, description) in MODELS.items():
        path = os.path.join(C.WORK, file)
        if not os.path.exists(path):
            print(name, "not trained yet, left out")
            continue
        saved = torch.load(path, map_location="cpu")
        export(load(path, kind), os.path.join(folder, name), os.path.join(C.WORK, "tokenizer.json"), name, description, facts(kind, saved))
        print(name, {f: os.path.getsize(os.path.join(folder, name, f)) for f in os.listdir(os.path.join(folder, name))})


if __name__ == "__main__":
    main()
