"""Writes a folder shaped like Llama 3.2 1B with random half-precision weights, for measuring speed on a GPU: an ONNX graph as ONNX Runtime
GenAI's model builder writes it (grouped attention, past and present in one memory), and the same weights for `transformers`.

    python3 src/bench/llama_1b.py target/models/llama-1b-random

Needs torch, numpy, onnx and 12 GB of memory; writes 5 GB. `--tiny` makes the same folder with two small layers, to try the way.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures"))

import torch  # noqa: E402
from onnx import TensorProto as T  # noqa: E402

import graphs  # noqa: E402
import make_models as M  # noqa: E402
import shapes  # noqa: E402
import tokenizers  # noqa: E402

SHAPE = dict(vocabulary=128256, width=2048, layers=16, heads=32, kv_heads=8, head_dim=64, inner=8192, theta=500000.0, eps=1e-5, tied=True, context=4096)
TINY = dict(SHAPE, vocabulary=1024, width=64, layers=2, heads=4, kv_heads=2, head_dim=16, inner=128)
# Ours, and the hub's names for the same matrices.
PARTS = {"q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj", "gate": "mlp.gate_proj", "up": "mlp.up_proj",
         "down": "mlp.down_proj", "norm1": "input_layernorm", "norm2": "post_attention_layernorm"}


def filled(tokenizer, vocabulary):
    """The small tokenizer with words that no text has, so that every id of the vocabulary may be drawn."""
    table = tokenizer["model"]["vocab"]
    taken = set(table.values()) | {t["id"] for t in tokenizer["added_tokens"]}
    for i in range(vocabulary):
        if i not in taken:
            table[f"Filler{i}"] = i
    return tokenizer


def hub_names(shape, w):
    names = {"embed": "model.embed_tokens.weight", "norm": "model.norm.weight"}
    for i in range(shape.layers):
        for ours, theirs in PARTS.items():
            names[f"layers.{i}.{ours}"] = f"model.layers.{i}.{theirs}.weight"
    return {names[k]: torch.from_numpy(v).half().contiguous() for k, v in w.items()}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    a.add_argument("--tiny", action="store_true")
    a.add_argument("--f32", action="store_true", help="single precision: no grouped attention on CUDA, see docs/cuda.md")
    args = a.parse_args()
    shape = shapes.Shape(**(TINY if args.tiny else SHAPE))
    os.makedirs(args.folder)
    w = shapes.weights(shape, 1)
    graph = graphs.Graph(shape, w, "genai", T.FLOAT if args.f32 else T.FLOAT16).build()
    graphs.save(graph, args.folder, "model.onnx", "model.onnx.data")
    tokenizer = filled(tokenizers.byte_level(M.LLAMA), shape.vocabulary)
    ends = ["<|eot_id|>"]
    M.config(args.folder, shape, tokenizer, ("llama", "LlamaForCausalLM"), "<|begin_of_text|>", "<|eot_id|>", ends, torch_dtype="float16", hidden_act="silu")
    M.tokenizer_files(args.folder, tokenizer, "<|begin_of_text|>", "<|eot_id|>", M.llama3)
    M.write(args.folder, "genai_config.json", genai(shape, tokenizer, ends))
    state = hub_names(shape, w)
    try:
        from safetensors.torch import save_file
        save_file(state, os.path.join(args.folder, "model.safetensors"), metadata={"format": "pt"})
    except ImportError:
        torch.save(state, os.path.join(args.folder, "pytorch_model.bin"))
    print(f"{sum(v.numel() for v in state.values()):,} parameters in {args.folder}")


def genai(shape, tokenizer, ends):
    return {"model": {"bos_token_id": M.ids_of(tokenizer, "<|begin_of_text|>"), "context_length": shape.context, "decoder": {
        "session_options": {"log_id": "onnxruntime-genai", "provider_options": []}, "filename": "model.onnx", "head_size": shape.head_dim, "hidden_size": shape.width,
        "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask", "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value"},
        "outputs": {"logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"},
        "num_attention_heads": shape.heads, "num_hidden_layers": shape.layers, "num_key_value_heads": shape.kv_heads},
        "eos_token_id": [M.ids_of(tokenizer, e) for e in ends], "pad_token_id": M.ids_of(tokenizer, ends[0]), "type": "llama", "vocab_size": shape.vocabulary},
        "search": {"do_sample": True, "max_length": shape.context, "past_present_share_buffer": True}}


if __name__ == "__main__":
    main()
