"""Writes a model folder: two ONNX graphs over one weight file, tokenizer.json, espalier.json.

All graphs are built by hand, because torch's exporter folds constants and so stores weights twice,
and because the fused ones need ONNX Runtime's own operators:

* ``fused.onnx``   GroupQueryAttention with rotary positions inside, packed QKV, fused skip + norm. Past
  and present may be the same memory (a static cache of any length), or the past may have length 0. A
  policy's logits are those of the last position only.
* ``model.onnx``   standard operators of opset 17 only, concatenated cache, as hub exports have it.
* ``piece-NN.onnx``  one token a row, cut at the attentions, which Espalier computes itself over KV in pages:
  piece 0 ends in layer 0's query, key and value, piece i takes what layer i - 1's attention found and ends
  in layer i's, the last one ends in the logits; only where asked for, since it pays for large models only.

Precisions beside f32, each with a weight file of its own; in all of them a row's numbers never depend on the
rows beside it (docs/decisions/0073):

* ``int8``        every matrix is int8 (a scale for each output column) and so is what it is multiplied with (a
  scale for each row, found at run time): for many rows.
* ``int4``, ``int8-block``  4 or 8 bits, a scale for each 32 weights of an output, multiplied by ONNX Runtime's
  MatMulNBits: for a row or two, where reading the weights is what takes the time.
"""
import argparse
import hashlib
import json
import os
import shutil

import numpy as np
import onnx
import torch
from onnx import TensorProto as T
from onnx import helper as H
from onnx import numpy_helper

import config as C
from model import EMBED_SCALE, Policy, Prm, WeakPrm, count, load, rope_tables
from tokenizer import END, PAD, Tokenizer

ALIGN = 64
BITS = {"int4": 4, "int8-block": 8}
# Weights to a scale. With 64 and more ONNX Runtime 1.29 multiplies a single row in another order than several (4 bits).
BLOCK = 32
# Products in int8. With less accuracy_level the single row goes through another kernel, with other roundings.
IN_INT8 = 4


class Weights:
    """One file for all graphs; a tensor asked for twice is stored once."""

    def __init__(self, file="weights.bin"):
        self.file, self.data, self.places = file, bytearray(), {}

    def place(self, name, array):
        if name not in self.places:
            self.data += b"\0" * (-len(self.data) % ALIGN)
            raw = np.ascontiguousarray(array).tobytes()
            self.places[name] = (len(self.data), len(raw), array.dtype, array.shape)
            self.data += raw
        return self.places[name]


class Graph:
    """form: plain, fused or piece; rounded: the file of the precision's weights, None for f32; number: the piece's."""

    def __init__(self, weights, form, precision="f32", rounded=None, number=0):
        self.w, self.form, self.fused, self.precision, self.rounded, self.number = weights, form, form != "plain", precision, rounded, number
        self.nodes, self.inits, self.known, self.n, self.rows, self.zeros = [], [], set(), 0, {}, None

    def op(self, kind, *inputs, outputs=1, domain="", **attributes):
        self.n += 1
        names = [f"{kind}_{self.n}" + (f"_{i}" if i else "") for i in range(outputs)] if isinstance(outputs, int) else outputs
        self.nodes.append(H.make_node(kind, list(inputs), names, name=f"{kind}_{self.n}", domain=domain, **attributes))
        return names[0] if len(names) == 1 else names

    def weight(self, name, tensor):
        return self.external(self.w, name, tensor.detach().cpu().numpy().astype(np.float32))

    def external(self, weights, name, array):
        if name not in self.known:
            self.known.add(name)
            offset, length, dtype, shape = weights.place(name, array)
            t = onnx.TensorProto(name=name, data_type=onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[dtype], dims=shape, data_location=onnx.TensorProto.EXTERNAL)
            for k, v in (("location", weights.file), ("offset", offset), ("length", length)):
                t.external_data.add(key=k, value=str(v))
            self.inits.append(t)
        return name

    def const(self, value, dtype):
        a = np.asarray(value, dtype=dtype)
        name = f"const_{a.dtype}_{'x'.join(map(str, a.shape))}_{'_'.join(map(str, a.flatten()))}".replace("-", "m")
        if name not in self.known:
            self.known.add(name)
            self.inits.append(numpy_helper.from_array(a, name))
        return name

    def i64(self, *v):
        return self.const(v, np.int64)

    def f32(self, v):
        return self.const(v, np.float32)

    # ---- parts
    def norm(self, x, name, w):
        g = self.weight(name, w)
        if self.fused:
            return self.op("SimplifiedLayerNormalization", x, g, axis=-1, epsilon=C.EPS, stash_type=1)
        m = self.op("ReduceMean", self.op("Mul", x, x), axes=[-1], keepdims=1)
        r = self.op("Reciprocal", self.op("Sqrt", self.op("Add", m, self.f32(C.EPS))))
        return self.op("Mul", self.op("Mul", x, r), g)

    def skip_norm(self, x, y, name, w):
        """(normed x + y, x + y)."""
        if self.fused:
            o = self.op("SkipSimplifiedLayerNormalization", x, y, self.weight(name, w), outputs=4, domain="com.microsoft", epsilon=C.EPS)
            self.nodes[-1].output[1] = self.nodes[-1].output[2] = ""
            return o[0], o[3]
        s = self.op("Add", x, y)
        return self.norm(s, name, w), s

    def linear(self, x, name, w, output=1):
        if self.precision == "int8":
            return self.int8_linear(x, name, w, output)
        if self.precision in BITS:
            return self.block_linear(x, name, w, output)
        return self.op("MatMul", x, self.weight(name, w.t()), outputs=output)

    def block_linear(self, x, name, w, output):
        bits, (n, k) = BITS[self.precision], w.shape
        table, scales = in_blocks(w.detach().cpu().numpy().astype(np.float32), bits)
        table = self.external(self.rounded, f"{name}.int{bits}", table)
        scales = self.external(self.rounded, f"{name}.scale", scales.reshape(-1))
        return self.op("MatMulNBits", x, table, scales, outputs=output, domain="com.microsoft", K=k, N=n, bits=bits, block_size=BLOCK, accuracy_level=IN_INT8)

    def int8_linear(self, x, name, w, output):
        a = w.detach().cpu().numpy().astype(np.float32).T
        scale = np.maximum(np.abs(a).max(0), 1e-12) / 127
        table = self.external(self.rounded, name + ".int8", np.clip(np.rint(a / scale), -127, 127).astype(np.int8))
        scales = self.external(self.rounded, name + ".scale", scale.astype(np.float32))
        if x not in self.rows:
            self.rows[x] = self.in_codes(x)
        codes, size = self.rows[x]
        y = self.op("MatMulIntegerToFloat", codes, table, self.f32(1.0), scales, self.const(128, np.uint8), domain="com.microsoft")
        return self.op("Mul", y, size, outputs=output)

    def in_codes(self, x):
        """(x in 8 bits around 128, the unit of each position's codes)."""
        piece = self.form == "piece"
        size = self.op("ReduceMax", self.op("Abs", x), axes=[1, 2] if piece else [2], keepdims=0 if piece else 1)
        unit = self.op("Mul", self.op("Max", size, self.f32(1e-12)), self.f32(1 / 127))
        if not piece:
            return self.op("QuantizeLinear", self.op("Div", x, unit), self.f32(1.0), self.const(128, np.uint8)), unit
        if self.zeros is None:
            self.zeros = self.op("Expand", self.const([128], np.uint8), self.op("Shape", x, start=0, end=1))
        return self.op("QuantizeLinear", x, unit, self.zeros, axis=0), self.op("Unsqueeze", unit, self.i64(1, 2))

    def start(self):
        """Everything the layers share: lengths and tables, or the plain mask and rotations."""
        self.turns()
        total = self.op("Gather", self.op("Shape", "attention_mask"), self.const(1, np.int64), axis=0)
        self.new = self.op("Gather", self.op("Shape", "input_ids"), self.const(1, np.int64), axis=0)
        if self.fused:
            self.last = self.op("Sub", self.op("ReduceSum", "attention_mask", self.i64(1), keepdims=0), self.i64(1))
            self.seqlens = self.op("Cast", self.last, to=T.INT32)
            self.total = self.op("Cast", total, to=T.INT32)
            return
        zero, one = self.const(0, np.int64), self.const(1, np.int64)
        keys = self.op("Range", zero, total, one)
        queries = self.op("Range", self.op("Sub", total, self.new), total, one)
        causal = self.op("LessOrEqual", self.op("Unsqueeze", keys, self.i64(0)), self.op("Unsqueeze", queries, self.i64(1)))
        real = self.op("Cast", self.op("Unsqueeze", "attention_mask", self.i64(1, 2)), to=T.BOOL)
        allow = self.op("And", self.op("Unsqueeze", causal, self.i64(0, 1)), real)
        self.mask = self.op("Where", allow, self.f32(0.0), self.f32(-1e9))
        self.rot = [self.op("Unsqueeze", self.op("Gather", t, "position_ids", axis=0), self.i64(1)) for t in (self.cos, self.sin)]

    def turns(self):
        cos, sin = rope_tables(C.CONTEXT, C.HEAD_DIM)
        self.cos, self.sin = self.weight("cos_cache", cos), self.weight("sin_cache", sin)

    def rotate(self, x):
        half = C.HEAD_DIM // 2
        a = self.op("Slice", x, self.i64(0), self.i64(half), self.i64(3))
        b = self.op("Slice", x, self.i64(half), self.i64(C.HEAD_DIM), self.i64(3))
        cos, sin = self.rot
        left = self.op("Sub", self.op("Mul", a, cos), self.op("Mul", b, sin))
        right = self.op("Add", self.op("Mul", b, cos), self.op("Mul", a, sin))
        return self.op("Concat", left, right, axis=3)

    def attention(self, qkv, layer):
        past = [f"past_key_values.{layer}.{k}" for k in ("key", "value")]
        present = [f"present.{layer}.{k}" for k in ("key", "value")]
        if self.fused:
            return self.op("GroupQueryAttention", qkv, "", "", *past, self.seqlens, self.total, self.cos, self.sin,
                           outputs=[f"attention_{layer}", *present], domain="com.microsoft", num_heads=C.HEADS,
                           kv_num_heads=C.HEADS, do_rotary=1, rotary_interleaved=0)[0]
        x = self.op("Reshape", qkv, self.i64(0, 0, 3, C.HEADS, C.HEAD_DIM))
        x = self.op("Transpose", x, perm=[2, 0, 3, 1, 4])
        q, k, v = (self.op("Gather", x, self.const(i, np.int64), axis=0) for i in range(3))
        q, k = self.rotate(q), self.rotate(k)
        k = self.op("Concat", past[0], k, axis=2, outputs=[present[0]])
        v = self.op("Concat", past[1], v, axis=2, outputs=[present[1]])
        s = self.op("MatMul", q, self.op("Transpose", k, perm=[0, 1, 3, 2]))
        s = self.op("Add", self.op("Mul", s, self.f32(C.HEAD_DIM ** -0.5)), self.mask)
        y = self.op("MatMul", self.op("Softmax", s, axis=-1), v)
        return self.op("Reshape", self.op("Transpose", y, perm=[0, 2, 1, 3]), self.i64(0, 0, C.D))

    def blocks(self, x, blocks, first, prefix, last_name, last_norm, ends_only=False):
        """Runs blocks over the residual stream x; the final norm is fused into the last addition.

        ends_only: behind the last block's attention only each row's last position goes on.
        """
        n = self.norm(x, f"{prefix}0.norm1", blocks[0].norm1)
        for i, b in enumerate(blocks):
            a = self.attention(self.linear(n, f"{prefix}{i}.qkv", b.qkv), first + i)
            if ends_only and i + 1 == len(blocks):
                a, x = (self.op("Gather", t, self.i64(-1), axis=1) for t in (a, x))
            nxt = (f"{prefix}{i + 1}.norm1", blocks[i + 1].norm1) if i + 1 < len(blocks) else (last_name, last_norm)
            n, x = self.behind_attention(x, a, b, f"{prefix}{i}.", *nxt)
        return n

    def behind_attention(self, x, a, b, p, next_name, next_norm):
        """The rest of a block b, whose weights' names start with p: (what the next one reads, the residual stream)."""
        n, x = self.skip_norm(x, self.linear(a, p + "out", b.out), p + "norm2", b.norm2)
        gu = self.linear(n, p + "gate_up", b.gate_up)
        g = self.op("Slice", gu, self.i64(0), self.i64(C.HIDDEN), self.i64(2))
        u = self.op("Slice", gu, self.i64(C.HIDDEN), self.i64(2 * C.HIDDEN), self.i64(2))
        m = self.op("Mul", self.op("Mul", g, self.op("Sigmoid", g)), u)
        return self.skip_norm(x, self.linear(m, p + "down", b.down), next_name, next_norm)

    def embedded(self, policy):
        self.embed = policy.embed
        return self.op("Mul", self.op("Gather", self.weight("embed", policy.embed), "input_ids", axis=0), self.f32(EMBED_SCALE))

    def trunk(self, policy, ends_only=False):
        return self.blocks(self.embedded(policy), policy.blocks, 0, "blocks.", "norm", policy.norm, ends_only)

    def vocabulary(self, h, output=1):
        if self.precision != "f32":
            return self.linear(h, "head", self.embed, output)
        # the head is the embedding turned; the runtime folds the Transpose when it loads the graph
        return self.op("MatMul", h, self.op("Transpose", self.weight("embed", self.embed), perm=[1, 0]), outputs=output)

    def scores(self, h, model):
        w, b = self.weight("value.head", model.head.t()), self.weight("value.bias", model.bias)
        v = self.op("Add", self.op("MatMul", h, w), b)
        self.op("Sigmoid", self.op("Squeeze", v, self.i64(2)), outputs=["scores"])

    def carry(self, h):
        """present_hidden: the trunk's state at each row's last real position."""
        if self.fused:
            at = self.op("Min", self.last, self.op("Sub", self.new, self.const(1, np.int64)))
        else:
            t = self.op("Shape", "attention_mask", start=1, end=2)
            n = self.op("Shape", "input_ids", start=1, end=2)
            mine = self.op("Slice", "attention_mask", self.op("Sub", t, n), t, self.i64(1))
            count_up = self.op("Range", self.const(1, np.int64), self.op("Add", self.new, self.const(1, np.int64)), self.const(1, np.int64))
            at = self.op("ArgMax", self.op("Mul", mine, count_up), axis=1, keepdims=0)
        self.op("GatherND", h, self.op("Unsqueeze", at, self.i64(1, 2)), batch_dims=1, outputs=["present_hidden"])

    def opinion(self, h):
        """The four features of model.features, from the state before each token."""
        before = self.op("Concat", "past_hidden", self.op("Slice", h, self.i64(0), self.i64(-1), self.i64(1)), axis=1)
        logp = self.op("LogSoftmax", self.vocabulary(before), axis=-1)
        came = self.op("GatherElements", logp, self.op("Unsqueeze", "input_ids", self.i64(2)), axis=2)
        margin = self.op("Sub", self.op("ReduceMax", logp, axes=[-1], keepdims=1), came)
        entropy = self.op("Neg", self.op("ReduceSum", self.op("Mul", self.op("Exp", logp), logp), self.i64(-1), keepdims=1))
        missed = self.op("Cast", self.op("Greater", margin, self.f32(0.0)), to=T.FLOAT)
        return self.op("Concat", came, margin, entropy, missed, axis=2)

    def build(self, model):
        self.start()
        layers = C.LAYERS
        prm = isinstance(model, Prm)
        if isinstance(model, Policy):
            self.vocabulary(self.trunk(model, ends_only=self.form == "fused"), ["logits"])
        elif prm:
            layers += model.EXTRA
            h = self.trunk(model.trunk)
            self.carry(h)
            x = self.op("Add", h, self.linear(self.opinion(h), "value.feature", model.feature))
            self.scores(self.blocks(x, model.blocks, C.LAYERS, "value.blocks.", "value.norm", model.norm), model)
        else:
            self.scores(self.trunk(model.trunk), model)
        info = H.make_tensor_value_info
        ins = [info("input_ids", T.INT64, ["batch", "sequence"]), info("attention_mask", T.INT64, ["batch", "total"])]
        if self.form != "fused":
            ins.append(info("position_ids", T.INT64, ["batch", "sequence"]))
        outs = [info("logits", T.FLOAT, ["batch", 1 if self.form == "fused" else "sequence", C.VOCABULARY])] if isinstance(model, Policy) else [
            info("scores", T.FLOAT, ["batch", "sequence"])]
        for i in range(layers):
            for k in ("key", "value"):
                ins.append(info(f"past_key_values.{i}.{k}", T.FLOAT, ["batch", C.HEADS, "past", C.HEAD_DIM]))
                outs.append(info(f"present.{i}.{k}", T.FLOAT, ["batch", C.HEADS, "present", C.HEAD_DIM]))
        if prm:
            ins.append(info("past_hidden", T.FLOAT, ["batch", 1, C.D]))
            outs.append(info("present_hidden", T.FLOAT, ["batch", 1, C.D]))
        return self.made(ins, outs)

    def build_piece(self, policy):
        """One token a row: from what attention of the layer before found up to this layer's attention."""
        info, width, i = H.make_tensor_value_info, C.HEADS * C.HEAD_DIM, self.number
        self.embed = policy.embed
        if i == 0:
            ins = [info("input_ids", T.INT64, ["batch", 1])]
            x = self.embedded(policy)
            n = self.norm(x, "blocks.0.norm1", policy.blocks[0].norm1)
        else:
            ins = [info("attended", T.FLOAT, ["batch", 1, width]), info("residual", T.FLOAT, ["batch", 1, C.D])]
            nxt = (f"blocks.{i}.norm1", policy.blocks[i].norm1) if i < C.LAYERS else ("norm", policy.norm)
            n, x = self.behind_attention("residual", "attended", policy.blocks[i - 1], f"blocks.{i - 1}.", *nxt)
        if i == C.LAYERS:
            self.vocabulary(n, ["logits"])
            return self.made(ins, [info("logits", T.FLOAT, ["batch", 1, C.VOCABULARY])])
        self.turns()
        qk, _ = self.op("Split", self.linear(n, f"blocks.{i}.qkv", policy.blocks[i].qkv), self.i64(2 * width, width), outputs=[f"split_{i}", "value"], axis=2)
        self.op("RotaryEmbedding", qk, "position_ids", self.cos, self.sin, outputs=["query_key"], domain="com.microsoft", num_heads=2 * C.HEADS)
        self.op("Identity", x, outputs=["passed"])
        ins.append(info("position_ids", T.INT64, ["batch", 1]))
        return self.made(ins, [info("query_key", T.FLOAT, ["batch", 1, 2 * width]), info("value", T.FLOAT, ["batch", 1, width]), info("passed", T.FLOAT, ["batch", 1, C.D])])

    def made(self, ins, outs):
        graph = H.make_graph(self.nodes, "espalier", ins, outs, self.inits)
        sets = [H.make_opsetid("", 17)] + ([H.make_opsetid("com.microsoft", 1)] if self.fused else [])
        made = H.make_model(graph, opset_imports=sets, producer_name="espalier", ir_version=8)
        return made


def in_blocks(w, bits):
    """(codes [outputs, blocks, BLOCK * bits / 8], scales [outputs, blocks]) as MatMulNBits reads them: weight = (code - 2^(bits - 1)) * scale.

    The block's largest weight in size becomes code 0, which uses the side that has a code more.
    """
    n, k = w.shape
    assert k % BLOCK == 0, f"{k} inputs do not make whole blocks of {BLOCK}"
    half = 1 << bits - 1
    w = w.reshape(n, k // BLOCK, BLOCK)
    largest = np.take_along_axis(w, np.abs(w).argmax(2)[..., None], 2)
    scales = largest / -half
    codes = np.clip(np.rint(np.divide(w, scales, out=np.zeros_like(w), where=scales != 0)) + half, 0, 2 * half - 1).astype(np.uint8)
    return (codes if bits == 8 else codes[..., 0::2] | codes[..., 1::2] << 4), scales[..., 0]


def sha256(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def piece(number, precision="f32"):
    return f"piece-{number:02d}.onnx" if precision == "f32" else f"piece-{precision}-{number:02d}.onnx"


def export(model, folder, tokenizer, name, description, training, pieces=False, precisions=()):
    os.makedirs(folder, exist_ok=True)
    weights = Weights()
    files = {"fused.onnx": Graph(weights, "fused"), "model.onnx": Graph(weights, "plain")}
    if pieces:
        files |= {piece(i): Graph(weights, "piece", number=i) for i in range(C.LAYERS + 1)}
    rounded, cut = {}, {}
    for precision in precisions:
        rounded[precision] = Weights(f"weights-{precision}.bin")
        files[f"fused-{precision}.onnx"] = Graph(weights, "fused", precision, rounded[precision])
        # what few rows run in is not cut
        cut[precision] = [piece(i, precision) for i in range(C.LAYERS + 1)] if pieces and precision not in BITS else []
        files |= {name: Graph(weights, "piece", precision, rounded[precision], i) for i, name in enumerate(cut[precision])}
    for file, graph in files.items():
        with open(os.path.join(folder, file), "wb") as f:
            f.write((graph.build_piece if graph.form == "piece" else graph.build)(model).SerializeToString())
    for w in (weights, *rounded.values()):
        with open(os.path.join(folder, w.file), "wb") as f:
            f.write(w.data)
    shutil.copyfile(tokenizer, os.path.join(folder, "tokenizer.json"))
    tok = Tokenizer(tokenizer)
    policy = isinstance(model, Policy)
    facts = {
        "format": 1, "name": name, "kind": "policy" if policy else "prm", "description": description,
        "graphs": {"fused": "fused.onnx", "plain": "model.onnx"}, "weights": "weights.bin", "tokenizer": "tokenizer.json",
        "context": C.CONTEXT, "layers": C.LAYERS + (Prm.EXTRA if isinstance(model, Prm) else 0),
        "kv_heads": C.HEADS, "head_dim": C.HEAD_DIM, "vocabulary": C.VOCABULARY, "parameters": count(model),
        "chat": {"name": "espalier-plain", "prompt": "<|problem|>{problem}<|solution|>"},
        "separator": "\n\n", "separator_ids": [tok.separator], "end_ids": [END], "pad_id": PAD,
        "system_prompt": "", "max_new_tokens": 320}
    if not policy:
        facts["prm"] = {"kind": "value-head", "output": "scores", "read_at": "separator", "separator": "\n\n"}
    if isinstance(model, Prm):
        facts["state"] = {"past_hidden": [1, C.D]}
    if pieces:
        facts["graphs"]["pieces"] = [piece(i) for i in range(C.LAYERS + 1)]
    if precisions:
        facts["precisions"] = {p: {"fused": f"fused-{p}.onnx", **({"pieces": cut[p]} if cut[p] else {}), "weights": rounded[p].file} for p in precisions}
    hashed = [*files, weights.file, *(w.file for w in rounded.values()), "tokenizer.json"]
    facts["sha256"] = {f: sha256(os.path.join(folder, f)) for f in hashed}
    facts["training"] = training
    with open(os.path.join(folder, "espalier.json"), "w", encoding="utf-8") as f:
        json.dump(facts, f, indent=2, ensure_ascii=False)
        f.write("\n")
    onnx.checker.check_model(os.path.join(folder, "model.onnx"))


CLASSES = {"policy": Policy, "prm": Prm, "prm-weak": WeakPrm}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("kind", choices=CLASSES)
    a.add_argument("checkpoint", help="a checkpoint, or 'random' for a stand-in of the same shape")
    a.add_argument("folder")
    a.add_argument("--name", required=True)
    a.add_argument("--description", default="")
    a.add_argument("--training", default="{}", help="JSON facts, or @file")
    a.add_argument("--tokenizer", default=os.path.join(C.WORK, "tokenizer.json"))
    args = a.parse_args()
    torch.manual_seed(5)
    cls = CLASSES[args.kind]
    if args.checkpoint == "random":
        model = cls()
        if args.kind != "policy":
            torch.nn.init.normal_(model.head, std=0.3)
    else:
        model = load(args.checkpoint, cls)
    text = open(args.training[1:]).read() if args.training.startswith("@") else args.training
    export(model, args.folder, args.tokenizer, args.name, args.description, json.loads(text))


if __name__ == "__main__":
    main()
