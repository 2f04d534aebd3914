#!/usr/bin/env python3
"""Trains groups of twins: small models of one recipe and one text, each from a seed of its own, as tutorials do.

usage: twins.py --text FILE --out DIR [--recipes gpt,llama,…] [--widths 64,128] [--layers 1,2] [--words N] [--seeds N] [--first N] [--steps N] [--own-text]

Recipes: gpt (GPT-2's layout), lecture (the GPT of heads in lists that lectures write), llama (RMSNorm, SwiGLU, rotary), lstm (a character LSTM),
gru, window (an embedding of the last characters and a hidden layer), bigram (a table), skipgram (word vectors by negative samples).
Tokens are the text's characters, or with --words its N commonest words. --own-text gives every seed a part of the text of its own.
Writes DIR/gpt-w64-l1-c97/seed-1, …; `calibrate --twins DIR` measures them. Needs torch; half a minute each for width 64 and 2500 steps on a free core.
"""
import argparse, collections, json, os, re
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
    """GPT-2's layout, embedding and head tied."""

    def __init__(self, vocab, d, layers):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocab, d), nn.Embedding(CONTEXT, d)
        self.h = nn.ModuleList(Block(d, max(1, d // 32)) for _ in range(layers))
        self.ln_f = nn.LayerNorm(d)
        for p in self.parameters():
            if p.ndim == 2:
                nn.init.normal_(p, std=0.02)
        self.config = {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": d, "n_layer": layers,
                       "n_head": max(1, d // 32), "n_positions": CONTEXT, "n_ctx": CONTEXT, "vocab_size": vocab}

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
        return t


class Head(nn.Module):
    def __init__(self, d, size):
        super().__init__()
        self.key, self.query, self.value = (nn.Linear(d, size, bias=False) for _ in range(3))

    def forward(self, x):
        return F.scaled_dot_product_attention(self.query(x), self.key(x), self.value(x), is_causal=True)


class Heads(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = nn.ModuleList(Head(d, d // heads) for _ in range(heads))
        self.proj = nn.Linear(d, d)

    def forward(self, x):
        return self.proj(torch.cat([h(x) for h in self.heads], -1))


class FeedForward(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, 4 * d), nn.ReLU(), nn.Linear(4 * d, d))

    def forward(self, x):
        return self.net(x)


class LectureBlock(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.sa, self.ffwd = Heads(d, heads), FeedForward(d)
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)

    def forward(self, x):
        x = x + self.sa(self.ln1(x))
        return x + self.ffwd(self.ln2(x))


class Lecture(nn.Module):
    """Every head a module, the head's own matrix, PyTorch's start."""

    def __init__(self, vocab, d, layers):
        super().__init__()
        self.token_embedding_table, self.position_embedding_table = nn.Embedding(vocab, d), nn.Embedding(CONTEXT, d)
        self.blocks = nn.Sequential(*(LectureBlock(d, 4) for _ in range(layers)))
        self.ln_f, self.lm_head = nn.LayerNorm(d), nn.Linear(d, vocab)

    def forward(self, ids):
        x = self.token_embedding_table(ids) + self.position_embedding_table.weight[: ids.shape[1]]
        return self.lm_head(self.ln_f(self.blocks(x)))


class LlamaBlock(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.self_attn = nn.ModuleDict({n: nn.Linear(d, d, bias=False) for n in ("q_proj", "k_proj", "v_proj", "o_proj")})
        self.mlp = nn.ModuleDict({"gate_proj": nn.Linear(d, 2 * d, bias=False), "up_proj": nn.Linear(d, 2 * d, bias=False),
                                  "down_proj": nn.Linear(2 * d, d, bias=False)})
        self.input_layernorm, self.post_attention_layernorm = nn.RMSNorm(d), nn.RMSNorm(d)

    def forward(self, x, turn):
        b, t, d = x.shape
        y, a, m = self.input_layernorm(x), self.self_attn, self.mlp
        q, k, v = (a[n](y).view(b, t, self.heads, -1).transpose(1, 2) for n in ("q_proj", "k_proj", "v_proj"))
        y = F.scaled_dot_product_attention(turn(q), turn(k), v, is_causal=True)
        x = x + a["o_proj"](y.transpose(1, 2).reshape(b, t, d))
        y = self.post_attention_layernorm(x)
        return x + m["down_proj"](F.silu(m["gate_proj"](y)) * m["up_proj"](y))


class Llama(nn.Module):
    def __init__(self, vocab, d, layers):
        super().__init__()
        heads = max(1, d // 32)
        self.embed_tokens, self.norm, self.lm_head = nn.Embedding(vocab, d), nn.RMSNorm(d), nn.Linear(d, vocab, bias=False)
        self.layers = nn.ModuleList(LlamaBlock(d, heads) for _ in range(layers))
        for p in self.parameters():
            if p.ndim == 2:
                nn.init.normal_(p, std=0.02)
        half = d // heads // 2
        angles = torch.outer(torch.arange(CONTEXT).float(), 10000.0 ** (-torch.arange(half).float() / half))
        self.cos, self.sin = angles.cos(), angles.sin()
        self.config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": d, "num_hidden_layers": layers, "vocab_size": vocab,
                       "num_attention_heads": heads, "num_key_value_heads": heads, "intermediate_size": 2 * d, "rope_theta": 10000.0}

    def turn(self, x):
        a, b = x.chunk(2, -1)
        c, s = self.cos[: x.shape[2]], self.sin[: x.shape[2]]
        return torch.cat([a * c - b * s, b * c + a * s], -1)

    def forward(self, ids):
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, self.turn)
        return self.lm_head(self.norm(x))

    def tensors(self):
        return {(k if k.startswith("lm_head") else "model." + k): v for k, v in self.state_dict().items()}


class Recurrent(nn.Module):
    def __init__(self, kind, vocab, d, layers):
        super().__init__()
        self.encoder, self.decoder = nn.Embedding(vocab, d), nn.Linear(d, vocab)
        self.rnn = kind(d, d, layers, batch_first=True)

    def forward(self, ids):
        return self.decoder(self.rnn(self.encoder(ids))[0])


class Window(nn.Module):
    """The next character of an embedding of the last eight and one hidden layer (Bengio et al. 2003)."""

    SEEN = 8

    def __init__(self, vocab, d, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocab, max(10, d // 4))
        self.hidden = nn.ModuleList(nn.Linear(self.SEEN * max(10, d // 4) if i == 0 else d, d) for i in range(layers))
        self.output = nn.Linear(d, vocab)

    def forward(self, ids):
        x = F.pad(self.embedding(ids), (0, 0, self.SEEN - 1, 0)).unfold(1, self.SEEN, 1).flatten(2)
        for layer in self.hidden:
            x = torch.tanh(layer(x))
        return self.output(x)


class Bigram(nn.Module):
    def __init__(self, vocab, d, layers):
        super().__init__()
        self.token_embedding_table = nn.Embedding(vocab, vocab)

    def forward(self, ids):
        return self.token_embedding_table(ids)


class SkipGram(nn.Module):
    """Word vectors (Mikolov et al. 2013): neighbours against five negative samples."""

    def __init__(self, vocab, d, layers):
        super().__init__()
        self.input_vectors, self.output_vectors = nn.Embedding(vocab, d), nn.Embedding(vocab, d)
        nn.init.uniform_(self.input_vectors.weight, -0.5 / d, 0.5 / d)
        nn.init.zeros_(self.output_vectors.weight)
        self.vocab = vocab

    def loss(self, ids, generator):
        total = 0.0
        for apart in (1, 2, 3):
            v = self.input_vectors(ids[:, :-apart])
            good = (v * self.output_vectors(ids[:, apart:])).sum(-1)
            bad = (v.unsqueeze(-2) @ self.output_vectors(torch.randint(self.vocab, (*v.shape[:2], 5), generator=generator)).mT).squeeze(-2)
            total = total - F.logsigmoid(good).mean() - F.logsigmoid(-bad).sum(-1).mean()
        return total


RECIPES = {"gpt": GPT, "lecture": Lecture, "llama": Llama, "lstm": lambda *a: Recurrent(nn.LSTM, *a), "gru": lambda *a: Recurrent(nn.GRU, *a),
           "window": Window, "bigram": Bigram, "skipgram": SkipGram}


def train(recipe, text, vocab, width, layers, seed, steps):
    torch.manual_seed(seed)
    model = RECIPES[recipe](vocab, width, layers)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3 if recipe not in ("skipgram", "bigram") else 1e-2, weight_decay=0.1 if recipe != "skipgram" else 0)
    g = torch.Generator().manual_seed(1000 + seed)
    for step in range(steps):
        at = torch.randint(len(text) - CONTEXT - 1, (16,), generator=g)
        batch = torch.stack([text[i:i + CONTEXT + 1] for i in at])
        if hasattr(model, "loss"):
            loss = model.loss(batch, g)
        else:
            loss = F.cross_entropy(model(batch[:, :-1]).reshape(-1, vocab), batch[:, 1:].reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model, float(loss.detach())


def numbered(raw, words):
    """The text as token numbers, and how many tokens there are: characters in order, or the commonest words by rank with the last for all others."""
    if not words:
        letters = {c: i for i, c in enumerate(sorted(set(raw)))}
        return torch.tensor([letters[c] for c in raw]), len(letters)
    found = re.findall(r"\w+|[^\w\s]", raw)
    rank = {w: i for i, (w, _) in enumerate(collections.Counter(found).most_common(words - 1))}
    return torch.tensor([rank.get(w, words - 1) for w in found]), words


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--text", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--recipes", default="gpt")
    ap.add_argument("--widths", default="64,128")
    ap.add_argument("--layers", default="1,2")
    ap.add_argument("--words", type=int, default=0)
    ap.add_argument("--seeds", type=int, default=4)
    ap.add_argument("--first", type=int, default=1, help="the first seed")
    ap.add_argument("--steps", type=int, default=2500)
    ap.add_argument("--own-text", action="store_true")
    a = ap.parse_args()
    torch.set_num_threads(1)
    with open(a.text, encoding="utf-8", errors="replace") as file:
        text, vocab = numbered(file.read(), a.words)
    for recipe in a.recipes.split(","):
        for width in map(int, a.widths.split(",")):
            for layers in map(int, a.layers.split(",")):
                group = f"{recipe}-w{width}-l{layers}-{'v' if a.words else 'c'}{vocab}{'-own' if a.own_text else ''}"
                for seed in range(a.first, a.first + a.seeds):
                    folder = os.path.join(a.out, group, f"seed-{seed}")
                    if os.path.exists(os.path.join(folder, "model.safetensors")):
                        continue
                    part = text.chunk(a.seeds)[seed - a.first] if a.own_text else text
                    model, loss = train(recipe, part, vocab, width, layers, seed, a.steps)
                    os.makedirs(folder, exist_ok=True)
                    tensors = model.tensors() if hasattr(model, "tensors") else model.state_dict()
                    if hasattr(model, "config"):
                        with open(os.path.join(folder, "config.json"), "w") as file:
                            json.dump(model.config, file)
                    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, os.path.join(folder, "model.safetensors"))
                    print(f"{folder}: loss {loss:.2f}", flush=True)


if __name__ == "__main__":
    main()
