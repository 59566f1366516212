"""Measures a policy (pass@k, majority) and, with a PRM, the searches, on dev or phrasings, never on test."""
import argparse
import collections
import json
import os
import random
import time

import torch

import config as C
import make_problems
from checker import Checker, answer_key, boxed
from generate import generate, read_places, score
from model import Policy, Prm, WeakPrm, load
from tokenizer import END, Tokenizer


def coverage(n, c, k):
    miss = 1.0
    for j in range(n - c + 1, n + 1):
        miss *= 1 - k / j
    return 1 - miss


def pools(model, tok, problems, n, temperature, seed):
    """For each problem n candidates: {ids, text, right, key}."""
    prompts = [tok.prompt(q.text) for q in problems]
    out = generate(model, [p for p in prompts for _ in range(n)], temperature, seed)
    result = []
    for i, q in enumerate(problems):
        check = Checker(q)
        pool = []
        for ids in out[i * n:(i + 1) * n]:
            text = tok.decode(ids)
            box = boxed(text) if ids[-1] == END else None
            pool.append({"ids": ids, "text": text, "right": box is not None and check.accepted(box),
                         "key": answer_key(box) if box is not None else None})
        result.append(pool)
    return prompts, result


def vote(pool, weights=None):
    """The right-or-wrong of the winner; 'no answer' only wins if nothing else is there."""
    total = collections.OrderedDict()
    for i, c in enumerate(pool):
        if c["key"] is not None:
            total[c["key"]] = total.get(c["key"], 0) + (1 if weights is None else weights[i])
    if not total:
        return False
    best = max(total.values())
    key = next(k for k, v in total.items() if v == best)
    return next(c["right"] for c in pool if c["key"] == key)


def curves(result, scores, rng, repeats=20):
    table = {}
    top = len(result[0])
    for n in [k for k in (1, 4, 16, 64, 256) if k <= top]:
        row = {"coverage": sum(coverage(top, sum(c["right"] for c in pool), n) for pool in result) / len(result)}
        sums = collections.Counter()
        times = 1 if n == top else repeats
        for pool, s in zip(result, scores or [None] * len(result)):
            for _ in range(times):
                pick = rng.sample(range(top), n) if n < top else range(top)
                part = [pool[i] for i in pick]
                sums["majority"] += vote(part)
                if s is not None:
                    w = [s[i] for i in pick]
                    sums["weighted"] += vote(part, w)
                    best = max(w)
                    sums["best-of-n"] += part[w.index(best)]["right"]
        row.update({k: v / times / len(result) for k, v in sums.items()})
        table[n] = row
    return table


def auc(pairs):
    """Probability that a right one scores above a wrong one (ties half)."""
    pairs = sorted(pairs)
    pos = sum(r for _, r in pairs)
    neg = len(pairs) - pos
    if not pos or not neg:
        return None
    rank, i, total = 0, 0, 0.0
    while i < len(pairs):
        j = i
        while j < len(pairs) and pairs[j][0] == pairs[i][0]:
            j += 1
        total += sum(r for _, r in pairs[i:j]) * (i + j + 1) / 2
        i = j
    return (total - pos * (pos + 1) / 2) / (pos * neg)


def score_pools(prm, tok, prompts, result):
    paths, reads = [], []
    for p, pool in zip(prompts, result):
        for c in pool:
            ids = p + c["ids"]
            paths.append(ids)
            reads.append(read_places(ids, len(p), tok.separator))
    flat = score(prm, paths, reads)
    n = len(result[0])
    return [flat[i * n:(i + 1) * n] for i in range(len(result))]


def within_auc(result, last):
    values = [auc(list(zip(s, (c["right"] for c in pool)))) for pool, s in zip(result, last)]
    values = [v for v in values if v is not None]
    return sum(values) / len(values), len(values)


def search(policy, prm, tok, problems, kind, n, m, seed, temperature=0.8):
    """Beam search or DVTS over all problems in lock-step; candidates with their last score."""
    beams, done = [], [[] for _ in problems]
    prompts = [tok.prompt(q.text) for q in problems]
    for i, p in enumerate(prompts):
        beams += [(i, t, list(p)) for t in (range(n) if kind == "beam" else [t for t in range(n // m) for _ in range(m)])]
    for turn in range(40):
        if not beams:
            break
        new = generate(policy, [b[2] for b in beams], temperature, seed * 1000 + turn, stop=(END, tok.separator))
        paths = [b[2] + ids for b, ids in zip(beams, new)]
        values = [s[0] for s in score(prm, paths, [[len(p) - 1] for p in paths])]
        groups = collections.defaultdict(list)
        for (i, t, _), path, v in zip(beams, paths, values):
            groups[(i, 0 if kind == "beam" else t)].append((v, path, path[-1] != tok.separator))
        beams = []
        for (i, t), group in sorted(groups.items()):
            if kind == "beam":
                done[i] += [(v, p) for v, p, end in group if end]
                live = [(v, p) for v, p, end in group if not end]
                w = n - len(done[i])
                if w <= 0 or not live:
                    continue
                keep = sorted(live, key=lambda x: -x[0])[:-(-w // m)]
                beams += [(i, 0, keep[k % len(keep)][1]) for k in range(w)]
            else:
                v, p, end = max(group, key=lambda x: x[0])
                if not end:
                    beams += [(i, t, p)] * m
                    continue
                done[i] += [(v2, p2) for v2, p2, e2 in group if e2]
                rest = [p2 for _, p2, e2 in group if not e2]
                if rest:
                    tails = generate(policy, rest, temperature, seed * 1000 + turn + 500)
                    full = [a + b for a, b in zip(rest, tails)]
                    done[i] += list(zip([s[0] for s in score(prm, full, [[len(x) - 1] for x in full])], full))
    right = weighted = 0
    for q, p, cands in zip(problems, prompts, done):
        check = Checker(q)
        pool = []
        for v, path in cands:
            box = boxed(tok.decode(path[len(p):])) if path[-1] == END else None
            pool.append({"right": box is not None and check.accepted(box), "key": answer_key(box) if box else None})
        if pool:
            w = [v for v, _ in cands]
            right += pool[w.index(max(w))]["right"]
            weighted += vote(pool, w)
    return {"best": right / len(problems), "weighted": weighted / len(problems)}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("policy")
    a.add_argument("--prm", help="a PRM checkpoint")
    a.add_argument("--weak", action="store_true")
    a.add_argument("--split", default="dev", choices=("dev", "phrasings"))
    a.add_argument("--problems", type=int, default=C.DEV_SIZE)
    a.add_argument("-n", type=int, default=16)
    a.add_argument("--temperature", type=float, default=0.8)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--search", action="store_true")
    a.add_argument("--searches", type=int, default=3, help="seeds a search is averaged over")
    a.add_argument("--tokenizer", default=os.path.join(C.WORK, "tokenizer.json"))
    args = a.parse_args()
    torch.set_num_threads(1)
    tok = Tokenizer(args.tokenizer)
    rows = make_problems.sets()[args.split]
    rows = [rows[i * len(rows) // args.problems] for i in range(args.problems)]
    problems = [q for _, q in rows]
    policy = load(args.policy, Policy)
    t = time.time()
    prompts, result = pools(policy, tok, problems, args.n, args.temperature, args.seed)
    tokens = sum(len(c["ids"]) for p in result for c in p)
    print(json.dumps({"policy": os.path.basename(args.policy), "split": args.split, "problems": len(problems),
                      "tokens_per_s": round(tokens / (time.time() - t))}))
    by = lambda key: {k: round(100 * sum(c["right"] for q, p in zip(problems, result) if key(q) == k for c in p)
                               / sum(len(p) for q, p in zip(problems, result) if key(q) == k), 1)
                      for k in sorted({key(q) for q in problems})}
    print("pass@1 by level", by(lambda q: q.level))
    print("pass@1 by family", by(lambda q: q.family))
    last = None
    if args.prm:
        prm = load(args.prm, WeakPrm if args.weak else Prm)
        steps = score_pools(prm, tok, prompts, result)
        last = [[s[-1] for s in pool] for pool in steps]
        pooled = auc([(v, c["right"]) for pool, s in zip(result, last) for c, v in zip(pool, s)])
        within, count = within_auc(result, last)
        pairs = []
        for q, pool, ss in zip(problems, result, steps):
            check = Checker(q)
            for c, s in zip(pool[:8], ss[:8]):
                labels = check.steps(c["text"], c["ids"][-1] == END)
                if len(labels) == len(s):
                    pairs += zip(s, labels)
        print(json.dumps({"auc_within": round(within, 4), "problems": count, "auc_pooled": round(pooled, 4), "auc_steps": round(auc(pairs) or 0, 4)}))
    for n, row in curves(result, last, random.Random(args.seed)).items():
        print(n, {k: round(100 * v, 1) for k, v in row.items()})
    if args.search:
        for kind in ("beam", "dvts"):
            for n in (4, 16):
                got = [search(policy, prm, tok, problems, kind, n, 4, s) for s in range(1, args.searches + 1)]
                print(kind, n, {k: round(100 * sum(g[k] for g in got) / len(got), 1) for k in got[0]})


if __name__ == "__main__":
    main()
