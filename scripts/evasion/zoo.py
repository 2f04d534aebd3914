"""Models of three families (Llama, GPT-2, BERT) in numpy, by what their tensors do.

A disguise asks for "the output matrix of layer 3" as [out, in], whatever the family calls it and however it stores it.
"""
import copy
import json
import pathlib

import numpy as np

from safetensors_file import read, write

PATTERNS = {
    "llama": {
        "embedding": "model.embed_tokens.weight", "head": "lm_head.weight", "layer": "model.layers.{}.",
        "q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj",
        "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj"},
    "gpt2": {
        "embedding": "transformer.wte.weight", "layer": "transformer.h.{}.", "o": "attn.c_proj",
        "fused": "attn.c_attn", "up": "mlp.c_fc", "down": "mlp.c_proj"},
    "bert": {
        "embedding": "bert.embeddings.word_embeddings.weight", "layer": "bert.encoder.layer.{}.",
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "o": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense"}}
SIZES = {
    "llama": ("num_hidden_layers", "num_attention_heads", "hidden_size"),
    "gpt2": ("n_layer", "n_head", "n_embd"),
    "bert": ("num_hidden_layers", "num_attention_heads", "hidden_size")}


class Model:
    """Weights by name, configuration, tokenizer files by name, and the model card."""

    def __init__(self, weights, config, files):
        self.weights, self.config, self.files = weights, config, files
        self.card = None
        # Where ids were dealt anew: the old id of each.
        self.token_order = None

    @classmethod
    def load(cls, folder):
        folder = pathlib.Path(folder)
        names = [n for n in ("tokenizer.json", "tokenizer_config.json") if (folder / n).exists()]
        files = {n: json.loads((folder / n).read_text()) for n in names}
        return cls(
            read(folder / "model.safetensors"), json.loads((folder / "config.json").read_text()), files)

    def copy(self):
        result = Model({k: v.copy() for k, v in self.weights.items()}, copy.deepcopy(self.config),
                       copy.deepcopy(self.files))
        result.card = self.card
        result.token_order = self.token_order
        return result

    def save(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True)
        write(folder / "model.safetensors", self.weights)
        if self.config is not None:
            (folder / "config.json").write_text(json.dumps(self.config))
        for name, content in self.files.items():
            (folder / name).write_text(json.dumps(content, ensure_ascii=False))
        if self.card is not None:
            (folder / "README.md").write_text(self.card)

    @property
    def family(self):
        return self.config["model_type"]

    @property
    def layers(self):
        return self.config[SIZES[self.family][0]]

    @property
    def heads(self):
        return self.config[SIZES[self.family][1]]

    @property
    def pairs(self):
        """Key and value heads."""
        return self.config.get("num_key_value_heads", self.heads)

    @property
    def hidden(self):
        return self.config[SIZES[self.family][2]]

    @property
    def embedding(self):
        return PATTERNS[self.family]["embedding"]

    def name(self, layer, role, parameter="weight"):
        pattern = PATTERNS[self.family]
        return pattern["layer"].format(layer) + pattern[role] + "." + parameter

    def has(self, role):
        return role in PATTERNS[self.family] or role in "qkv"

    def get(self, layer, role):
        """A matrix as [out, in]."""
        if role in PATTERNS[self.family]:
            values = self.weights[self.name(layer, role)]
            return values.T if self.family == "gpt2" else values
        part = "qkv".index(role)
        return self.weights[self.name(layer, "fused")].T[part * self.hidden : (part + 1) * self.hidden]

    def put(self, layer, role, values):
        if role in PATTERNS[self.family]:
            self.weights[self.name(layer, role)] = values.T if self.family == "gpt2" else values
        else:
            part = "qkv".index(role)
            fused = self.weights[self.name(layer, "fused")].copy()
            fused[:, part * self.hidden : (part + 1) * self.hidden] = values.T
            self.weights[self.name(layer, "fused")] = fused

    def bias(self, layer, role):
        if role in PATTERNS[self.family]:
            return self.weights.get(self.name(layer, role, "bias"))
        part = "qkv".index(role)
        return self.weights[self.name(layer, "fused", "bias")][part * self.hidden : (part + 1) * self.hidden]

    def put_bias(self, layer, role, values):
        if role in PATTERNS[self.family]:
            self.weights[self.name(layer, role, "bias")] = values
        else:
            part = "qkv".index(role)
            self.weights[self.name(layer, "fused", "bias")][
                part * self.hidden : (part + 1) * self.hidden] = values
