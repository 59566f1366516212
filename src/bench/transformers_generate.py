"""How many tokens a second `transformers` generates on a GPU, on the weights that llama_1b.py wrote, and the roof that memory sets.

    python3 src/bench/transformers_generate.py target/models/llama-1b-random --n 1,16,64,256 --bandwidth 3350

Prints one JSON object per line, with the names that `espalier bench generate --json` uses. The roof: every turn reads all weights once and each row's
KV once; `--bandwidth` is the GPU's in GB/s (L4 300, A100 80GB 2039, H100 SXM 3350, H200 4800).
"""
import argparse
import json
import statistics
import time

import torch
from transformers import AutoModelForCausalLM


def roof(config, parameters, n, prompt, new, bandwidth):
    """Tokens a second, at the mean length."""
    position = 2 * config.num_hidden_layers * config.num_key_value_heads * config.head_dim * 2
    turn = parameters * 2 + n * position * (prompt + new / 2)
    return n * bandwidth * 1e9 / turn


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    a.add_argument("--n", default="1,16,64,256")
    a.add_argument("--prompt", type=int, default=100)
    a.add_argument("--new", type=int, default=128)
    a.add_argument("--repetitions", type=int, default=3)
    a.add_argument("--bandwidth", type=float, default=0, help="GB/s; 0 leaves the roof out")
    args = a.parse_args()
    model = AutoModelForCausalLM.from_pretrained(args.folder, torch_dtype=torch.float16).cuda().eval()
    parameters = sum(p.numel() for p in model.parameters())
    ids = torch.randint(10, 300, (1, args.prompt), generator=torch.Generator().manual_seed(1)).cuda()
    for n in map(int, args.n.split(",")):
        seconds = []
        for repetition in range(args.repetitions + 1):
            torch.cuda.synchronize()
            start = time.perf_counter()
            with torch.no_grad():
                out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=0.8, top_p=1.0, top_k=0, num_return_sequences=n,
                                     min_new_tokens=args.new, max_new_tokens=args.new, pad_token_id=0)
            torch.cuda.synchronize()
            assert out.shape == (n, args.prompt + args.new)
            if repetition:  # the first warms up
                seconds.append(time.perf_counter() - start)
        line = {"model": args.folder, "n": n, "precision": "f16", "loop": "transformers", "tokens_per_second": n * args.new / statistics.median(seconds),
                "peak_bytes": torch.cuda.max_memory_allocated()}
        if args.bandwidth:
            line["roof_tokens_per_second"] = roof(model.config, parameters, n, args.prompt, args.new, args.bandwidth)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
