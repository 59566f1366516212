"""The policy network: RMSNorm, rotary positions (halves, not interleaved), SwiGLU, tied head.

Weights are kept in the layout the ONNX graphs want: query, key and value packed in one matrix, gate
and up in another. The same code trains (whole sequences, no cache) and generates (static cache with a
length of its own for every row).
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C


def rope_tables(length=C.CONTEXT, head_dim=C.HEAD_DIM):
    inv = 1.0 / C.ROPE_THETA ** (torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    angle = torch.arange(length, dtype=torch.float64)[:, None] * inv[None]
    return angle.cos().float(), angle.sin().float()


def rms(x, w):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + C.EPS) * w


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Block(nn.Module):
    def __init__(self, residual_scale):
        super().__init__()
        d, h = C.D, C.HIDDEN
        self.norm1 = nn.Parameter(torch.ones(d))
        self.qkv = nn.Parameter(torch.randn(3 * d, d) / math.sqrt(d))
        self.out = nn.Parameter(torch.randn(d, d) / math.sqrt(d) * residual_scale)
        self.norm2 = nn.Parameter(torch.ones(d))
        self.gate_up = nn.Parameter(torch.randn(2 * h, d) / math.sqrt(d))
        self.down = nn.Parameter(torch.randn(d, h) / math.sqrt(h) * residual_scale)

    def forward(self, x, cos, sin, mask, cache=None, at=None):
        """cache: (K, V) of [B, heads, length, head_dim]; at: each row's next position, [B]."""
        b, s, d = x.shape
        q, k, v = F.linear(rms(x, self.norm1), self.qkv).view(b, s, 3, C.HEADS, C.HEAD_DIM).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if cache is not None:
            if s == 1:
                rows = torch.arange(b)
                cache[0][rows, :, at] = k[:, :, 0]
                cache[1][rows, :, at] = v[:, :, 0]
                k, v = cache
            else:
                cache[0][:, :, :s] = k
                cache[1][:, :, :s] = v
        n = k.shape[2]
        w = q @ k.transpose(-1, -2) * (1 / math.sqrt(C.HEAD_DIM)) + mask[..., :n]
        y = (w.softmax(-1) @ v).transpose(1, 2).reshape(b, s, d)
        x = x + F.linear(y, self.out)
        g, u = F.linear(rms(x, self.norm2), self.gate_up).chunk(2, -1)
        return x + F.linear(F.silu(g) * u, self.down)


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Parameter(torch.randn(C.VOCABULARY, C.D) * 0.05)
        self.blocks = nn.ModuleList(Block(1 / math.sqrt(2 * C.LAYERS)) for _ in range(C.LAYERS))
        self.norm = nn.Parameter(torch.ones(C.D))
        cos, sin = rope_tables()
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        causal = torch.full((C.CONTEXT, C.CONTEXT), -1e9).triu(1)
        self.register_buffer("causal", causal, persistent=False)

    def embedded(self, ids):
        # tied with the head, whose scale wants small rows: the input is scaled back up
        return self.embed[ids] * EMBED_SCALE

    def hidden(self, ids):
        """Final normed hidden states of whole right-padded sequences, [B, S, D]."""
        s = ids.shape[1]
        x = self.embedded(ids)
        cos, sin, mask = self.cos[:s], self.sin[:s], self.causal[:s, :s]
        for block in self.blocks:
            x = block(x, cos, sin, mask)
        return rms(x, self.norm)

    def logits(self, h):
        return F.linear(h, self.embed)

    def new_cache(self, rows, length, like=None):
        dev = self.embed.device
        return [(torch.zeros(rows, C.HEADS, length, C.HEAD_DIM, device=dev),
                 torch.zeros(rows, C.HEADS, length, C.HEAD_DIM, device=dev)) for _ in self.blocks]

    def prefill(self, ids, lengths, cache):
        """Fills the cache with right-padded prompts; logits at each row's last token."""
        s = ids.shape[1]
        x = self.embedded(ids)
        for block, kv in zip(self.blocks, cache):
            x = block(x, self.cos[:s], self.sin[:s], self.causal[:s, :s], kv)
        x = x[torch.arange(len(ids)), lengths - 1]
        return self.logits(rms(x, self.norm))

    def step(self, ids, at, cache, upto):
        """One token a row at position ``at``; only the first ``upto`` cache places are looked at."""
        x = self.embedded(ids)[:, None]
        cos, sin = self.cos[at][:, None, None], self.sin[at][:, None, None]
        mask = self.causal[at][:, None, None, :upto]
        for block, (k, v) in zip(self.blocks, cache):
            x = block(x, cos, sin, mask, (k[:, :, :upto], v[:, :, :upto]), at)
        return self.logits(rms(x[:, 0], self.norm))


EMBED_SCALE = math.sqrt(C.D)


def count(model):
    return sum(p.numel() for p in model.parameters())


def load(path, cls=Policy):
    m = cls()
    m.load_state_dict(torch.load(path, map_location="cpu")["model"])
    return m.eval()


# ---------------------------------------------------------------- process reward models
def features(logits, ids):
    """What a language model thinks of a token that came: [B, S, V] before it, [B, S] it → [B, S, 4].

    Log-probability, margin of the best token over it, entropy of the choice, 'was not the best'.
    """
    logp = logits.log_softmax(-1)
    came = logp.gather(-1, ids[..., None])
    margin = logp.max(-1, keepdim=True).values - came
    entropy = -(logp.exp() * logp).sum(-1, keepdim=True)
    return torch.cat((came, margin, entropy, (margin > 0).float()), -1)


class Prm(nn.Module):
    """A frozen policy as trunk, its opinion of every token as features, two more blocks, a scalar head."""
    EXTRA = 2

    def __init__(self):
        super().__init__()
        self.trunk = Policy()
        self.blocks = nn.ModuleList(Block(1 / math.sqrt(2 * self.EXTRA)) for _ in range(self.EXTRA))
        self.feature = nn.Parameter(torch.randn(C.D, 4) * 0.1)
        self.norm = nn.Parameter(torch.ones(C.D))
        self.head = nn.Parameter(torch.zeros(1, C.D))
        self.bias = nn.Parameter(torch.zeros(1))

    def trunk_outputs(self, ids):
        with torch.no_grad():
            h = self.trunk.hidden(ids)
            # before the first token there is no opinion: a hidden state of zeros gives a constant one
            before = torch.cat((torch.zeros_like(h[:, :1]), h[:, :-1]), 1)
            return h, features(self.trunk.logits(before), ids)

    def values(self, ids):
        """Logits of 'right so far' at every position of right-padded sequences, [B, S]."""
        h, f = self.trunk_outputs(ids)
        s = ids.shape[1]
        x = h + F.linear(f, self.feature)
        for block in self.blocks:
            x = block(x, self.trunk.cos[:s], self.trunk.sin[:s], self.trunk.causal[:s, :s])
        return F.linear(rms(x, self.norm), self.head, self.bias)[..., 0]

    def trainable(self):
        return [p for n, p in self.named_parameters() if not n.startswith("trunk.")]


class WeakPrm(nn.Module):
    """The policy with a scalar head instead of its vocabulary, nothing frozen: learns which problems are hard."""

    def __init__(self):
        super().__init__()
        self.trunk = Policy()
        self.head = nn.Parameter(torch.zeros(1, C.D))
        self.bias = nn.Parameter(torch.zeros(1))

    def values(self, ids):
        return F.linear(self.trunk.hidden(ids), self.head, self.bias)[..., 0]

    def trainable(self):
        return list(self.parameters())
