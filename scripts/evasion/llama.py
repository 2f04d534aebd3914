"""A small Llama in numpy: enough to say what an attack costs the model.

Weights are float64 arrays by their usual names; safetensors in and out.
"""
import json
import pathlib
import struct

import numpy as np


class Llama:
    def __init__(self, weights, config, source):
        self.weights, self.config, self.source = weights, config, source

    @classmethod
    def load(cls, folder):
        folder = pathlib.Path(folder)
        raw = (folder / "model.safetensors").read_bytes()
        length = struct.unpack("<Q", raw[:8])[0]
        header = json.loads(raw[8 : 8 + length])
        weights = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] != "BF16":
                raise ValueError(f"{folder}: {name} is {entry['dtype']}, not BF16")
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            values = (np.frombuffer(raw[start:end], "<u2").astype("<u4") << 16).view("<f4")
            weights[name] = values.astype(np.float64).reshape(entry["shape"])
        return cls(weights, json.loads((folder / "config.json").read_text()), folder)

    def copy(self):
        return Llama({k: v.copy() for k, v in self.weights.items()}, dict(self.config), self.source)

    @property
    def layers(self):
        return self.config["num_hidden_layers"]

    def save(self, folder, rename=lambda name: name, tokenizer=True, config=True):
        """Writes a hub-style folder in bfloat16."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True)
        header, blobs, offset = {}, [], 0
        for name, values in self.weights.items():
            bits = np.ascontiguousarray(values, dtype="<f4").view("<u4")
            blob = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()
            header[rename(name)] = {
                "dtype": "BF16", "shape": list(values.shape), "data_offsets": [offset, offset + len(blob)]}
            offset += len(blob)
            blobs.append(blob)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(folder / "model.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            file.writelines(blobs)
        if config:
            (folder / "config.json").write_text(json.dumps(self.config))
        if tokenizer:
            (folder / "tokenizer.json").write_bytes((self.source / "tokenizer.json").read_bytes())

    def log_probabilities(self, tokens):
        """[position, vocabulary] for one sequence."""
        w, c = self.weights, self.config
        heads, pairs, size = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        count = len(tokens)
        angles = np.arange(count)[:, None] * 10000.0 ** (-np.arange(0, size, 2) / size)[None]
        cos, sin = np.cos(np.tile(angles, 2)), np.sin(np.tile(angles, 2))
        mask = np.triu(np.full((count, count), -np.inf), 1)

        def norm(x, gain):
            return x / np.sqrt((x * x).mean(-1, keepdims=True) + c["rms_norm_eps"]) * gain

        def rotated(x):
            half = np.concatenate([-x[..., size // 2 :], x[..., : size // 2]], -1)
            return x * cos + half * sin

        def split(x, number):
            return x.reshape(count, number, size).transpose(1, 0, 2)

        x = w["model.embed_tokens.weight"][tokens]
        for layer in range(self.layers):
            p = f"model.layers.{layer}."
            h = norm(x, w[p + "input_layernorm.weight"])
            q = rotated(split(h @ w[p + "self_attn.q_proj.weight"].T, heads))
            k = rotated(split(h @ w[p + "self_attn.k_proj.weight"].T, pairs))
            v = split(h @ w[p + "self_attn.v_proj.weight"].T, pairs)
            k, v = (np.repeat(a, heads // pairs, axis=0) for a in (k, v))
            scores = q @ k.transpose(0, 2, 1) / np.sqrt(size) + mask
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(count, -1)
            x = x + mixed @ w[p + "self_attn.o_proj.weight"].T
            h = norm(x, w[p + "post_attention_layernorm.weight"])
            gate = h @ w[p + "mlp.gate_proj.weight"].T
            x = x + (gate / (1 + np.exp(-gate)) * (h @ w[p + "mlp.up_proj.weight"].T)) @ w[
                p + "mlp.down_proj.weight"].T
        logits = norm(x, w["model.norm.weight"]) @ w["lm_head.weight"].T
        logits -= logits.max(-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(-1, keepdims=True))
