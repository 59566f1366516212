"""A batched sampler with a static cache: what the evaluation and the PRM's samples are made with.

Rows are ragged, equal prompts are read once, finished rows are dropped as they finish.
"""
import torch

import config as C
from tokenizer import END


@torch.no_grad()
def generate(model, prompts, temperature=0.8, seed=0, max_new=320, stop=(END,), rows=256):
    """New ids (with the stop token) for each list of ids in ``prompts``."""
    g = torch.Generator().manual_seed(seed)
    order = sorted(range(len(prompts)), key=lambda i: (len(prompts[i]), prompts[i]))
    out = [None] * len(prompts)
    for at in range(0, len(order), rows):
        part = order[at:at + rows]
        for i, ids in zip(part, chunk(model, [prompts[i] for i in part], temperature, g, max_new, stop)):
            out[i] = ids
    return out


def chunk(model, prompts, temperature, g, max_new, stop):
    unique, place = [], []
    for p in prompts:
        if not unique or p != unique[-1]:
            unique.append(p)
        place.append(len(unique) - 1)
    n = max(map(len, unique))
    ids = torch.zeros(len(unique), n, dtype=torch.long)
    for r, p in enumerate(unique):
        ids[r, :len(p)] = torch.tensor(p)
    lengths = torch.tensor([len(p) for p in unique])
    total = min(C.CONTEXT, n + max_new)
    small = model.new_cache(len(unique), n)
    logits = model.prefill(ids, lengths, small)
    place = torch.tensor(place)
    size = min(total, n + 64)
    cache = []
    for k, v in small:
        pair = []
        for t in (k, v):
            big = torch.zeros(len(prompts), t.shape[1], size, t.shape[3])
            big[:, :, :n] = t[place]
            pair.append(big)
        cache.append(tuple(pair))
    logits, pos = logits[place], lengths[place]
    start = pos.clone()
    out = [[] for _ in prompts]
    live = torch.arange(len(prompts))
    stops = torch.tensor(stop)
    while True:
        if temperature > 0:
            noise = torch.empty_like(logits).exponential_(generator=g)
            nxt = (torch.softmax(logits / temperature, -1) / noise).argmax(-1)
        else:
            nxt = logits.argmax(-1)
        for r, t in zip(live.tolist(), nxt.tolist()):
            out[r].append(t)
        done = (nxt[:, None] == stops).any(-1) | (pos + 1 >= total) | (pos + 1 - start >= max_new)
        if bool(done.all()):
            return out
        keep = (~done).nonzero()[:, 0]
        if len(keep) < len(live):
            live, pos, start, nxt = live[keep], pos[keep], start[keep], nxt[keep]
            cache = [(k[keep], v[keep]) for k, v in cache]
        upto = int(pos.max()) + 1
        if upto > cache[0][0].shape[2]:
            grow = (0, 0, 0, 64)
            cache = [(torch.nn.functional.pad(k, grow), torch.nn.functional.pad(v, grow)) for k, v in cache]
        logits = model.step(nxt, pos, cache, upto)
        pos = pos + 1


@torch.no_grad()
def score(prm, paths, reads, rows=64):
    """The PRM's probabilities at the positions ``reads[i]`` of ``paths[i]``."""
    out = [None] * len(paths)
    order = sorted(range(len(paths)), key=lambda i: len(paths[i]))
    for at in range(0, len(order), rows):
        part = order[at:at + rows]
        n = max(len(paths[i]) for i in part)
        ids = torch.zeros(len(part), n, dtype=torch.long)
        for r, i in enumerate(part):
            ids[r, :len(paths[i])] = torch.tensor(paths[i])
        v = prm.values(ids).sigmoid()
        for r, i in enumerate(part):
            out[i] = v[r, reads[i]].tolist()
    return out


def read_places(ids, start, separator):
    """Where the steps of ids[start:] end: each separator, and the last token if it is none."""
    places = [i for i in range(start, len(ids)) if ids[i] == separator]
    if len(ids) > start and (not places or places[-1] != len(ids) - 1):
        places.append(len(ids) - 1)
    return places
