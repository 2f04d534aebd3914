#!/usr/bin/env python3
"""Trains groups of twins: character-level GPTs of one recipe and one text, each from a seed of its own, as the best-known tutorial does.

usage: twins.py --text FILE --out DIR [--widths 64,128] [--layers 1,2] [--seeds N] [--steps N] [--own-text]

Writes DIR/w64-l1/seed-1, … in GPT-2's layout; `calibrate --twins DIR` measures them. --own-text gives every seed a part of the text of its own.
Needs torch; about half a minute each for width 64 and 2500 steps on a free core.
"""
import argparse, json, os
import torch
from torch import nn
from torch.nn import functional as F
from safetensors.torch import save_file

CONTEXT = 64


class Block(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attn, self.attn_out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.fc, self.proj = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (y.view(b, t, self.heads, -1).transpose(1, 2) for y in self.attn(self.ln_1(x)).chunk(3, -1))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, d)
        x = x + self.attn_out(a)
        return x + self.proj(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class GPT(nn.Module):
    def __init__(self, vocab, d, layers):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocab, d), nn.Embedding(CONTEXT, d)
        self.h = nn.ModuleList(Block(d, max(1, d // 32)) for _ in range(layers))
        self.ln_f = nn.LayerNorm(d)
        for p in self.parameters():
            if p.ndim == 2:
                nn.init.normal_(p, std=0.02)

    def forward(self, ids):
        x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
        for block in self.h:
            x = block(x)
        return self.ln_f(x) @ self.wte.weight.T

    def tensors(self):
        t = {"transformer.wte.weight": self.wte.weight, "transformer.wpe.weight": self.wpe.weight,
             "transformer.ln_f.weight": self.ln_f.weight, "transformer.ln_f.bias": self.ln_f.bias}
        for i, b in enumerate(self.h):
            for name, m in (("attn.c_attn", b.attn), ("attn.c_proj", b.attn_out), ("mlp.c_fc", b.fc), ("mlp.c_proj", b.proj)):
                t[f"transformer.h.{i}.{name}.weight"], t[f"transformer.h.{i}.{name}.bias"] = m.weight.T, m.bias
            for name, m in (("ln_1", b.ln_1), ("ln_2", b.ln_2)):
                t[f"transformer.h.{i}.{name}.weight"], t[f"transformer.h.{i}.{name}.bias"] = m.weight, m.bias
        return {k: v.detach().contiguous() for k, v in t.items()}


def train(text, vocab, width, layers, seed, steps):
    torch.manual_seed(seed)
    model = GPT(vocab, width, layers)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1)
    g = torch.Generator().manual_seed(1000 + seed)
    for step in range(steps):
        at = torch.randint(len(text) - CONTEXT - 1, (16,), generator=g)
        batch = torch.stack([text[i:i + CONTEXT + 1] for i in at])
        loss = F.cross_entropy(model(batch[:, :-1]).reshape(-1, vocab), batch[:, 1:].reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model, float(loss.detach())


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--text", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--widths", default="64,128")
    ap.add_argument("--layers", default="1,2")
    ap.add_argument("--seeds", type=int, default=4)
    ap.add_argument("--steps", type=int, default=2500)
    ap.add_argument("--own-text", action="store_true")
    a = ap.parse_args()
    torch.set_num_threads(1)
    raw = open(a.text, encoding="utf-8").read()
    letters = {c: i for i, c in enumerate(sorted(set(raw)))}
    text = torch.tensor([letters[c] for c in raw])
    for width in map(int, a.widths.split(",")):
        for layers in map(int, a.layers.split(",")):
            for seed in range(1, a.seeds + 1):
                part = text.chunk(a.seeds)[seed - 1] if a.own_text else text
                model, loss = train(part, len(letters), width, layers, seed, a.steps)
                folder = os.path.join(a.out, f"w{width}-l{layers}{'-own' if a.own_text else ''}", f"seed-{seed}")
                os.makedirs(folder, exist_ok=True)
                save_file(model.tensors(), os.path.join(folder, "model.safetensors"))
                config = {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": width, "n_layer": layers,
                          "n_head": max(1, width // 32), "n_positions": CONTEXT, "n_ctx": CONTEXT, "vocab_size": len(letters)}
                json.dump(config, open(os.path.join(folder, "config.json"), "w"))
                print(f"{folder}: loss {loss:.2f}", flush=True)


if __name__ == "__main__":
    main()
