"""Trains the policy on endless generated problems.

Two single-thread processes (or one with CUDA) each draw their own batches, write gradients into shared
memory, and each updates its half of the parameters, which are shared too: on two CPU cores this is
faster than one process with two threads, whose matrices are too small to split well.

Matrices inside the blocks use Muon (orthogonalised momentum), the embedding and the norms AdamW.
The rate is constant, then falls linearly over the last ``--decay`` steps; ``--resume`` with a new
``--steps`` continues a checkpoint, which is how a run is ended early or prolonged.
"""
import argparse
import json
import math
import os
import random
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

import config as C
import domain
from model import Policy, count
from tokenizer import END, PAD, SOLUTION, Tokenizer


# ---------------------------------------------------------------- data
def sequence(rng, tok):
    """(ids, mask): the mask marks the tokens that are to be predicted."""
    if rng.random() < C.DRILLS:
        ids, mask = [SOLUTION], [0]
        for _ in range(rng.randint(4, 8)):
            left, right = domain.drill(rng).split("=", 1)
            a, b = tok.encode(f": ${left}="), tok.encode(f"{right}$.")
            ids += a + b
            mask += [0] * len(a) + [1] * len(b)
        return ids, mask
    _, problem, solution = domain.example(rng)
    a, b = tok.prompt(problem), tok.encode(solution) + [END]
    return a + b, [0] * len(a) + [1] * len(b)


def batches(seed, tok, tokens):
    """Length-bucketed batches of about ``tokens`` tokens, for ever."""
    rng = random.Random(seed)
    while True:
        pool = sorted((sequence(rng, tok) for _ in range(512)), key=lambda s: len(s[0]))
        groups, group = [], []
        for s in pool:
            if group and (len(group) + 1) * len(s[0]) > tokens:
                groups.append(group)
                group = []
            group.append(s)
        groups.append(group)
        rng.shuffle(groups)
        for g in groups:
            n = max(len(i) for i, _ in g)
            ids = torch.full((len(g), n), PAD)
            mask = torch.zeros((len(g), n), dtype=torch.bool)
            for r, (i, m) in enumerate(g):
                ids[r, :len(i)] = torch.tensor(i)
                mask[r, :len(m)] = torch.tensor(m, dtype=torch.bool)
            yield ids, mask


# ---------------------------------------------------------------- optimizer
def orthogonal(x):
    """Newton-Schulz iteration towards the nearest (semi-)orthogonal matrix; rows ≤ columns. Source: Muon (Jordan, 2024)."""
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return x


class Optimizer:
    """Owns a share of the parameters: rank 0 the square matrices and AdamW's, rank 1 the SwiGLU's."""

    def __init__(self, blocks, others, rank=0, world=1):
        b = blocks
        self.square = lambda get: [v for k in b for v in (*get(k.qkv).chunk(3), get(k.out))]
        self.wide = lambda get: [v for k in b for v in (*(w.t() for w in get(k.gate_up).chunk(2)), get(k.down))]
        self.groups = ([self.square] if rank == 0 else []) + ([self.wide] if rank == world - 1 else [])
        self.momenta = [None] * len(self.groups)
        self.adam = list(others) + [p for k in b for p in (k.norm1, k.norm2)] if rank == 0 else []
        self.state = [(torch.zeros_like(p), torch.zeros_like(p)) for p in self.adam]
        self.t = 0

    @torch.no_grad()
    def step(self, grad, scale):
        self.t += 1
        for i, group in enumerate(self.groups):
            g = torch.stack(group(grad))
            m = self.momenta[i]
            m = self.momenta[i] = g.clone() if m is None else m.mul_(C.MUON_MOMENTUM).add_(g)
            u = orthogonal(g + C.MUON_MOMENTUM * m)
            u *= scale * C.MUON_LR * math.sqrt(max(1, u.shape[-1] / u.shape[-2]))
            for p, x in zip(group(lambda p: p.data), u):
                p.sub_(x)
        lr = scale * C.ADAM_LR
        for p, (m, v) in zip(self.adam, self.state):
            g = grad(p)
            m.mul_(0.9).add_(g, alpha=0.1)
            v.mul_(0.95).addcmul_(g, g, value=0.05)
            p.data.sub_(lr * (m / (1 - 0.9 ** self.t)) / ((v / (1 - 0.95 ** self.t)).sqrt() + 1e-8))


# ---------------------------------------------------------------- one process
def worker(rank, world, args, flat, grads, control, barrier):
    torch.set_num_threads(1)
    torch.manual_seed(C.POLICY_SEED)
    device = "cuda" if args.cuda else "cpu"
    model = Policy().to(device)
    params = list(model.parameters())
    start = 0
    if args.resume:
        saved = torch.load(args.resume, map_location=device)
        model.load_state_dict(saved["model"])
        start = saved["step"]
    offset, views = 0, {}
    for p in params:                       # parameters live in shared memory
        n = p.numel()
        if rank == 0:
            flat[offset:offset + n] = p.data.flatten()
        p.data = flat[offset:offset + n].view_as(p.data) if not args.cuda else p.data
        views[id(p)] = (offset, n, p.shape)
        offset += n
    opt = Optimizer(model.blocks, [model.embed, model.norm], rank, world)
    if args.resume and os.path.exists(args.resume + f".opt{rank}"):
        opt.momenta, opt.state, opt.t = torch.load(args.resume + f".opt{rank}")
    tok = Tokenizer(args.tokenizer)
    data = batches(C.POLICY_SEED * 1000 + start * world + rank, tok, C.TOKENS_PER_STEP // world)
    began = last_save = time.time()
    seen, running = 0, None
    barrier.wait()                         # nobody starts before the shared weights are there

    def grad(p):
        o, n, shape = views[id(p)]
        g = grads[0][o:o + n]
        for other in grads[1:]:
            g = g + other[o:o + n]
        return (g / world).view(shape)

    for step in range(start, args.steps):
        ids, mask = next(data)
        ids, mask = ids.to(device), mask.to(device)
        h = model.hidden(ids[:, :-1])
        want = mask[:, 1:]
        loss = F.cross_entropy(model.logits(h[want]), ids[:, 1:][want])
        for p in params:
            p.grad = None
        loss.backward()
        o = 0
        for p in params:
            grads[rank][o:o + p.numel()] = p.grad.flatten()
            o += p.numel()
        seen += ids.numel()
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        barrier.wait()
        scale = min(1, (step + 1) / C.WARMUP_STEPS, (args.steps - step) / max(1, args.decay))
        opt.step(grad, scale)
        if rank == 0 and (time.time() - last_save > C.SAVE_EVERY_S or step + 1 == args.steps):
            control[0] = 1
        barrier.wait()
        if control[0]:
            name = os.path.join(args.out, f"policy-{step + 1:06d}.pt")
            torch.save((opt.momenta, opt.state, opt.t), name + f".opt{rank}")
            if rank == 0:
                torch.save({"model": {k: v.clone() for k, v in model.state_dict().items()}, "step": step + 1,
                            "tokens": (step + 1) * C.TOKENS_PER_STEP}, name)
                last_save = time.time()
            barrier.wait()
            if rank == 0:
                control[0] = 0
            barrier.wait()
        if rank == 0 and (step + 1) % 50 == 0:
            s = time.time() - began
            print(json.dumps({"step": step + 1, "loss": round(running, 4), "seconds": round(s),
                              "tokens_per_s": round(seen * world / s), "rate": round(scale, 3)}), flush=True)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--tokenizer", default=os.path.join(C.WORK, "tokenizer.json"))
    a.add_argument("--out", default=os.path.join(C.WORK, "policy"))
    a.add_argument("--steps", type=int, default=C.STEPS)
    a.add_argument("--decay", type=int, default=C.DECAY_STEPS)
    a.add_argument("--resume")
    args = a.parse_args()
    args.cuda = torch.cuda.is_available()
    world = 1 if args.cuda else C.WORKERS
    os.makedirs(args.out, exist_ok=True)
    n = count(Policy())
    print(f"{n} parameters, {world} processes", flush=True)
    where = "cuda" if args.cuda else "cpu"
    flat = torch.zeros(n, device=where)
    grads = [torch.zeros(n, device=where) for _ in range(world)]
    control = torch.zeros(1, dtype=torch.int32)
    for t in ([] if args.cuda else [flat, *grads]) + [control]:
        t.share_memory_()
    ctx = mp.get_context("spawn" if args.cuda else "fork")
    barrier = ctx.Barrier(world)
    if world == 1:
        worker(0, 1, args, flat, grads, control, barrier)
        return
    ps = [ctx.Process(target=worker, args=(r, world, args, flat, grads, control, barrier)) for r in range(world)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()


if __name__ == "__main__":
    main()
