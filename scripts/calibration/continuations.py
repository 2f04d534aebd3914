"""Short and noisy continuations of a trained Llama checkpoint, whose changes look the most like noise: few steps of optimisers that
normalise every element, tiny batches, dropout, weights kept in bfloat16. Needs torch; the tokenizer is matched greedily.
"""
import glob, json, math, os

PYTHON = os.path.dirname(os.__file__)
# name: (optimiser, steps, rate, sequences per batch, tokens per sequence, dropout, weights stay in bfloat16)
RUNS = {
    "adam-1": ("adamw", 1, 1e-3, 4, 64, 0, False), "adam-3": ("adamw", 3, 1e-3, 4, 64, 0, False),
    "adam-10": ("adamw", 10, 1e-3, 4, 64, 0, False), "adam-10-tiny": ("adamw", 10, 1e-3, 1, 16, 0, False),
    "adam-30": ("adamw", 30, 3e-4, 4, 64, 0, False), "adam-30-tiny": ("adamw", 30, 1e-3, 1, 16, 0, False),
    "adam-100-tiny": ("adamw", 100, 1e-3, 1, 16, 0, False), "adam-100": ("adamw", 100, 3e-4, 4, 64, 0, False),
    "adam-300-tiny": ("adamw", 300, 1e-3, 1, 16, 0, False), "adam-100-dropout": ("adamw", 100, 1e-3, 2, 32, 0.5, False),
    "adam-300-hot": ("adamw", 300, 5e-3, 1, 32, 0.3, False), "adam-100-bf16": ("adamw", 100, 3e-4, 2, 32, 0, True),
    "adam-300-light": ("adamw", 300, 2e-5, 2, 32, 0, True), "sign-30-tiny": ("sign", 30, 1e-3, 1, 16, 0, False),
    "sign-100": ("sign", 100, 3e-4, 4, 64, 0, False), "sgd-30": ("sgd", 30, 1.0, 4, 64, 0, False),
    "sgd-100-tiny": ("sgd", 100, 0.3, 1, 16, 0, False),
}


def tokens(folder, limit=120_000):
    """Text of this machine's Python in the model's tokens, longest match first."""
    vocabulary = json.load(open(os.path.join(folder, "tokenizer.json")))["model"]["vocab"]
    longest = max(map(len, vocabulary))
    # Byte-level vocabularies write bytes that are not printable as letters from U+0100 on.
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(b for b in range(256) if b not in printable)}
    found = []
    for path in sorted(glob.glob(PYTHON + "/[a-d]*.py")):
        text, at = "".join(letters[b] for b in open(path, "rb").read()[:30_000]), 0
        while at < len(text):
            size = next((n for n in range(min(longest, len(text) - at), 0, -1) if text[at:at + n] in vocabulary), 0)
            if size:
                found.append(vocabulary[text[at:at + size]])
            at += max(size, 1)
        if len(found) > limit:
            break
    return found


def train(base, out, names):
    import torch
    from safetensors.torch import load_file, save_file

    functional, text = torch.nn.functional, torch.tensor(tokens(base))
    config = json.load(open(os.path.join(base, "config.json")))
    start = {k: v.float() for k, v in load_file(os.path.join(base, "model.safetensors")).items()}
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    theta = config.get("rope_theta") or config.get("rope_parameters", {}).get("rope_theta", 1e4)

    def norm(x, gain):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]) * gain

    def forward(w, ids, dropout):
        n, length = ids.shape
        angles = torch.arange(length)[:, None] / theta ** (torch.arange(0, size, 2) / size)
        cos, sin = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()
        turn = lambda v: v * cos + torch.cat([-v[..., size // 2:], v[..., :size // 2]], -1) * sin
        x = w["model.embed_tokens.weight"][ids]
        for layer in range(config["num_hidden_layers"]):
            part = lambda name: w[f"model.layers.{layer}.{name}.weight"]
            split = lambda v, count: v.view(n, length, count, size).transpose(1, 2)
            h = norm(x, part("input_layernorm"))
            q, k = turn(split(h @ part("self_attn.q_proj").T, heads)), turn(split(h @ part("self_attn.k_proj").T, groups))
            v = split(h @ part("self_attn.v_proj").T, groups)
            k, v = (t.repeat_interleave(heads // groups, 1) for t in (k, v))
            h = functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(n, length, -1)
            x = x + functional.dropout(h @ part("self_attn.o_proj").T, dropout)
            h = norm(x, part("post_attention_layernorm"))
            h = functional.silu(h @ part("mlp.gate_proj").T) * (h @ part("mlp.up_proj").T)
            x = x + functional.dropout(h @ part("mlp.down_proj").T, dropout)
        return norm(x, w["model.norm.weight"]) @ w["lm_head.weight"].T

    for name in names:
        kind, steps, rate, batch, length, dropout, halves = RUNS[name]
        torch.manual_seed(sum(map(ord, name)))
        w = {k: v.clone().requires_grad_() for k, v in start.items()}
        optimiser = (torch.optim.AdamW(w.values(), lr=rate, weight_decay=0.01) if kind == "adamw"
                     else torch.optim.SGD(w.values(), lr=rate))
        for step in range(steps):
            ids = torch.stack([text[i:i + length + 1] for i in torch.randint(0, len(text) - length - 1, (batch,))])
            logits = forward(w, ids[:, :-1], dropout)
            loss = functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
            optimiser.zero_grad()
            loss.backward()
            if kind == "sign":
                for v in w.values():
                    v.grad.sign_()
            optimiser.step()
            if halves:
                with torch.no_grad():
                    for v in w.values():
                        v.copy_(v.bfloat16().float())
        target = os.path.join(out, name)
        os.makedirs(target, exist_ok=True)
        save_file({k: v.detach().contiguous() for k, v in w.items()}, os.path.join(target, "model.safetensors"))
        print(f"{name}: loss {loss.item():.2f}", flush=True)
