"""Shows that no test, phrasings or dev problem occurs in training: regenerates the training stream.

The stream is the one training reads (same seeds, same generator; --examples is how much of it).
Compared are the canonical problem (family and parameters, whatever the words) and the exact text;
held-out phrasings are checked to be none of the training ones. Exits 1 on any overlap.
"""
import argparse
import json
import os
import random

import config as C
import domain
import make_problems


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--examples", type=int, default=1_000_000)
    a.add_argument("--problems", help="folder of the shipped files: also compare with what they hold")
    args = a.parse_args()
    sets = make_problems.sets()
    keys = {domain.canonical(q.family, q.params): s for s, rows in sets.items() for _, q in rows}
    texts = {r["problem"]: s for s, rows in sets.items() for r, _ in rows}
    if args.problems:
        for s in sets:
            with open(os.path.join(args.problems, s + ".jsonl"), encoding="utf-8") as f:
                shipped = [json.loads(line) for line in f]
            assert shipped == [r for r, _ in sets[s]], f"{s}.jsonl is not what the generator makes"
            print(f"{s}.jsonl: {len(shipped)} problems, as generated")
    found, seen = {"canonical": 0, "text": 0}, 0
    # the seeds of train_policy.batches: one a process and start
    seeds = [C.POLICY_SEED * 1000 + start * C.WORKERS + r for start in C.STARTS for r in range(C.WORKERS)]
    share = args.examples // len(seeds)
    for seed in seeds:
        rng = random.Random(seed)
        n = 0
        while n < share:
            if rng.random() < C.DRILLS:
                for _ in range(rng.randint(4, 8)):
                    domain.drill(rng)
                continue
            q, text, _ = domain.example(rng)
            n += 1
            found["canonical"] += domain.canonical(q.family, q.params) in keys
            found["text"] += text in texts
        seen += n
    print(f"{seen} training problems regenerated; overlap: {found}")
    overlap = {f: [p for p in domain.PHRASINGS[f][-domain.HELD_OUT:] if p in domain.PHRASINGS[f][:-domain.HELD_OUT]]
               for f in domain.FAMILIES}
    assert not any(overlap.values()), overlap
    raise SystemExit(1 if any(found.values()) else 0)


if __name__ == "__main__":
    main()
