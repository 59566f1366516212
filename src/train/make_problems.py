"""Writes test.jsonl, phrasings.jsonl and dev.jsonl with MATH-500's fields.

Every level has the same number of problems and every family (nearly) the same number in a level. No
canonical problem and no text occurs twice over the three files.
"""
import json
import os
import random
import sys

import config as C
import domain

# Which variants may be the reference solution: never an unreduced fraction or radical.
GOLD = {"fractions": (0, 2), "probability": (0,), "distance": (0,), "polynomials": (0,), "complex": (0,)}


def problems(split, size, held_out, rng, seen):
    rows = []
    turn = 0
    for level in range(1, 6):
        families = domain.FAMILIES[:]
        rng.shuffle(families)
        for i in range(size // 5):
            family = families[i % len(families)]
            for tries in range(20000):
                if tries and tries % 2000 == 0:      # a small cell is used up: another family takes the place
                    family = rng.choice(domain.FAMILIES)
                q = domain.draw(rng, split, family, level, held_out)
                key = domain.canonical(q.family, q.params)
                if key not in seen and q.text not in seen:
                    break
            else:
                raise SystemExit(f"{split}: no more {family} problems of level {level}")
            seen |= {key, q.text}
            steps, answer = q.solve(rng.choice(GOLD.get(family, range(domain.EQUIVALENT_VARIANTS[family]))))
            turn += 1
            slug = domain.SUBJECT[family].lower().replace(" & ", "_and_").replace(" ", "_")
            rows.append(({"problem": q.text, "solution": domain.solution_text(steps, answer), "answer": answer,
                          "subject": domain.SUBJECT[family], "level": level, "unique_id": f"{split}/{slug}/{turn:04d}"}, q))
    return rows


def sets():
    """{file name: [(row, Problem)]}; the evaluation uses the Problem objects, the files only the rows."""
    seen = set()
    return {split: problems(split, size, split == "phrasings", random.Random(f"{C.DATA_SEED} {split}"), seen)
            for split, size in (("test", C.TEST_SIZE), ("phrasings", C.PHRASINGS_SIZE), ("dev", C.DEV_SIZE))}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for split, rows in sets().items():
        with open(os.path.join(folder, split + ".jsonl"), "w", encoding="utf-8") as f:
            for row, _ in rows:
                f.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(split, len(rows))


if __name__ == "__main__":
    main()
