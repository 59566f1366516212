"""The process reward models: samples of both policies with exact step labels, then two ways to train.

* ``samples``  policy solutions of training problems at temperatures 0.7–1.0, labelled by the checker, and
  pairs of a right solution and the same with one result changed.
* ``strong``   frozen last policy as trunk, its opinion of each token as features, two new blocks.
* ``weak``     a policy with a scalar head, fine-tuned whole by cross-entropy on policy samples alone: what
  one tries first, and what learns which *problems* are hard rather than which *steps* are wrong.

Scores are read where a search reads them: at each separator and at the last token.
"""
import argparse
import json
import os
import random
import re
import time

import torch
import torch.nn.functional as F

import config as C
import domain
from checker import Checker
from generate import generate, read_places
from model import Policy, Prm, WeakPrm, load, rms
from tokenizer import END, PAD, Tokenizer
from train_policy import Optimizer


# ---------------------------------------------------------------- samples
def labelled(tok, check, prompt, ids):
    """(ids, places, labels), or None where text and tokens disagree about the steps."""
    text = tok.decode(ids)
    labels = check.steps(text, ids[-1] == END)
    full = prompt + ids
    places = read_places(full, len(prompt), tok.separator)
    return (full, places, [float(x) for x in labels]) if len(places) == len(labels) else None


RESULT = re.compile(r"(?<==)(-?\d+)(?=\$\.|=)")


def corrupted(rng, solution):
    """The solution with one result changed by a small slip, the rest as it was."""
    found = list(RESULT.finditer(solution))
    if not found:
        return None
    m = rng.choice(found)
    v = int(m.group())
    w = rng.choice([v + 1, v - 1, v + 10, v - 10, v + rng.randint(-9, 9), -v, int(str(v)[:-1] + rng.choice("0123456789"))
                    if len(str(abs(v))) > 1 else v + 2])
    return None if w == v else solution[:m.start()] + str(w) + solution[m.end():]


def make_samples(args):
    tok = Tokenizer(args.tokenizer)
    rng = random.Random(C.SAMPLE_SEED * 100 + args.part)
    policy = load(args.policy, Policy)
    problems = [domain.draw(rng) for _ in range(args.problems)]
    checks = [Checker(q) for q in problems]
    prompts = [tok.prompt(q.text) for q in problems]
    out, right, began = [], 0, time.time()
    for i, temperature in enumerate(C.SAMPLE_TEMPERATURES):
        for ids, p, c in zip(generate(policy, prompts, temperature, args.part * 10 + i), prompts, checks):
            row = labelled(tok, c, p, ids)
            if row:
                out.append(row)
                right += row[2][-1]
    sampled = len(out)
    while len(out) < sampled / (1 - C.CORRUPTED_SHARE):
        q, _, solution = domain.example(rng)
        bad = corrupted(rng, solution)
        c, p = Checker(q), tok.prompt(q.text)
        for s in (solution, bad) if bad else ():
            row = labelled(tok, c, p, tok.encode(s) + [END])
            if row:
                out.append(row)
    torch.save({"rows": out, "sampled": sampled}, args.out)
    print(json.dumps({"policy": os.path.basename(args.policy), "samples": sampled, "right": round(right / sampled, 3),
                      "with_pairs": len(out), "seconds": round(time.time() - began)}), flush=True)


def read_samples(files, pairs):
    rows = []
    for f in files:
        data = torch.load(f)
        rows += data["rows"] if pairs else data["rows"][:data["sampled"]]
    return rows


# ---------------------------------------------------------------- training
def batches(rows, rng, tokens):
    pool = sorted(range(len(rows)), key=lambda i: (len(rows[i][0]), rng.random()))
    groups, group = [], []
    for i in pool:
        if group and (len(group) + 1) * len(rows[i][0]) > tokens:
            groups.append(group)
            group = []
        group.append(i)
    groups.append(group)
    rng.shuffle(groups)
    return groups


def padded(rows, group):
    n = max(len(rows[i][0]) for i in group)
    ids = torch.full((len(group), n), PAD)
    for r, i in enumerate(group):
        ids[r, :len(rows[i][0])] = torch.tensor(rows[i][0])
    r = torch.tensor([k for k, i in enumerate(group) for _ in rows[i][1]])
    c = torch.tensor([p for i in group for p in rows[i][1]])
    y = torch.tensor([x for i in group for x in rows[i][2]])
    return ids, r, c, y


def report(step, total, running, began):
    print(json.dumps({"step": step, "of": total, "loss": round(running, 4), "seconds": round(time.time() - began)}), flush=True)


def train_strong(args):
    torch.manual_seed(C.PRM_SEED)
    rng = random.Random(C.PRM_SEED)
    rows = read_samples(args.samples, True)
    model = Prm()
    start = torch.load(args.policy, map_location="cpu")
    model.trunk.load_state_dict(start["model"])
    began = time.time()
    # the trunk is frozen: read every sequence once, keep hidden states and features
    for g in batches(rows, rng, 4096):
        ids, *_ = padded(rows, g)
        h, f = model.trunk_outputs(ids)
        for r, i in enumerate(g):
            n = len(rows[i][0])
            rows[i] = (*rows[i], h[r, :n].half(), f[r, :n].clone())
    print(f"{len(rows)} sequences read by the trunk in {time.time() - began:.0f} s", flush=True)
    opt = Optimizer(model.blocks, [model.feature, model.norm, model.head, model.bias])
    plan = [g for _ in range(C.PRM_EPOCHS) for g in batches(rows, rng, C.PRM_TOKENS)]
    cos, sin, causal = model.trunk.cos, model.trunk.sin, model.trunk.causal
    running = None
    for step, g in enumerate(plan):
        ids, r, c, y = padded(rows, g)
        n = ids.shape[1]
        h, f = torch.zeros(len(g), n, C.D), torch.zeros(len(g), n, 4)
        for k, i in enumerate(g):
            h[k, :len(rows[i][0])] = rows[i][3].float()
            f[k, :len(rows[i][0])] = rows[i][4]
        x = h + F.linear(f, model.feature)
        for block in model.blocks:
            x = block(x, cos[:n], sin[:n], causal[:n, :n])
        v = F.linear(rms(x[r, c], model.norm), model.head, model.bias)[:, 0]
        loss = F.binary_cross_entropy_with_logits(v, y)
        for p in model.trainable():
            p.grad = None
        loss.backward()
        opt.step(lambda p: p.grad, C.PRM_RATE * min(1, (step + 1) / 30, (len(plan) - step) / (0.5 * len(plan))))
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % 100 == 0:
            report(step + 1, len(plan), running, began)
    torch.save({"model": model.state_dict(), "sequences": len(rows), "steps": len(plan), "trunk_step": start["step"]}, args.out)


def train_weak(args):
    torch.manual_seed(C.PRM_SEED)
    rng = random.Random(C.PRM_SEED)
    rows = read_samples(args.samples, False)
    model = WeakPrm()
    start = torch.load(args.policy, map_location="cpu")
    model.trunk.load_state_dict(start["model"])
    opt = torch.optim.AdamW(model.trainable(), lr=C.WEAK_LR, weight_decay=0.0)
    plan = [g for _ in range(C.WEAK_EPOCHS) for g in batches(rows, rng, C.PRM_TOKENS)]
    running, began = None, time.time()
    for step, g in enumerate(plan):
        ids, r, c, y = padded(rows, g)
        loss = F.binary_cross_entropy_with_logits(model.values(ids)[r, c], y)
        opt.param_groups[0]["lr"] = C.WEAK_LR * min(1, (step + 1) / 30, (len(plan) - step) / (0.5 * len(plan)))
        opt.zero_grad()
        loss.backward()
        opt.step()
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % 100 == 0:
            report(step + 1, len(plan), running, began)
    torch.save({"model": model.state_dict(), "sequences": len(rows), "steps": len(plan), "trunk_step": start["step"]}, args.out)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("what", choices=("samples", "strong", "weak"))
    a.add_argument("policy")
    a.add_argument("out")
    a.add_argument("--problems", type=int, default=C.SAMPLE_PROBLEMS)
    a.add_argument("--part", type=int, default=0)
    a.add_argument("--samples", nargs="*")
    a.add_argument("--tokenizer", default=os.path.join(C.WORK, "tokenizer.json"))
    args = a.parse_args()
    torch.set_num_threads(1)
    {"samples": make_samples, "strong": train_strong, "weak": train_weak}[args.what](args)


if __name__ == "__main__":
    main()
