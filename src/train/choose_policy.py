"""Chooses the two policies on dev: the last checkpoint is the strong one; the small one is a checkpoint of
the same run with pass@1 (T = 0.8) in the band where search has something to do, the best coverage first.
"""
import glob
import json
import os
import shutil

import torch

import config as C
import make_problems
from evaluate import coverage, pools
from model import Policy, load
from tokenizer import Tokenizer


def measure(path, tok, problems):
    _, result = pools(load(path, Policy), tok, problems, C.CHOICE_SAMPLES, 0.8, C.CHOICE_SEED)
    right = [sum(c["right"] for c in pool) for pool in result]
    n = C.CHOICE_SAMPLES
    return sum(right) / n / len(right), sum(coverage(n, r, n) for r in right) / len(right)


def main():
    torch.set_num_threads(1)
    tok = Tokenizer(os.path.join(C.WORK, "tokenizer.json"))
    problems = [q for _, q in make_problems.sets()["dev"]]
    files = sorted(glob.glob(os.path.join(C.WORK, "policy", "policy-*.pt")))
    low, high = C.BAND
    rows = []
    for f in files:
        p1, cov = measure(f, tok, problems)
        rows.append({"checkpoint": os.path.basename(f), "pass@1": round(p1, 4), f"coverage@{C.CHOICE_SAMPLES}": round(cov, 4)})
        print(json.dumps(rows[-1]), flush=True)
        if p1 > high + 0.05:
            break
    inside = [r for r in rows if low <= r["pass@1"] <= high] or [min(rows, key=lambda r: abs(r["pass@1"] - (low + high) / 2))]
    chosen = max(inside, key=lambda r: r[f"coverage@{C.CHOICE_SAMPLES}"])
    for source, name in ((os.path.join(C.WORK, "policy", chosen["checkpoint"]), "policy-small.pt"), (files[-1], "policy-strong.pt")):
        shutil.copyfile(source, os.path.join(C.WORK, name))
    with open(os.path.join(C.WORK, "choice.json"), "w") as f:
        json.dump({"measured": rows, "small": chosen["checkpoint"], "strong": os.path.basename(files[-1])}, f, indent=1)
    print("small:", chosen, "strong:", os.path.basename(files[-1]))


if __name__ == "__main__":
    main()
