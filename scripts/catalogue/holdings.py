#!/usr/bin/env python3
"""Holds the tool against models that travel as GGUF while their parents lie in safetensors.

usage: scripts/catalogue/holdings.py [--tool PATH] --models FOLDER [TYPE ...]

FOLDER is what `sweep.py --models` kept. Of each type that llama.cpp has an architecture for, the child
(noise of a twentieth of each tensor's deviation) and the stranger are written as GGUF: names by
gguf's own table, numbers as llama.cpp's converter changes them. Right is: the child is found, with
as much share as the same child has in safetensors (within 3 %), and the stranger is not accused.
Needs `pip install gguf` (written with 0.19.0) beside what sweep.py does.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import gguf
import numpy as np
from safetensors import safe_open
from sweep import FOUND, parent, perturbed, share

# Architectures by the types of Transformers, where they are not called the same.
CALLED = {
    "mistral": "LLAMA", "mixtral": "LLAMA", "phi": "PHI2", "cohere": "COMMAND_R", "glm": "GLM4",
    "gpt_neox": "GPTNEOX", "gpt_bigcode": "STARCODER", "gemma3_text": "GEMMA3",
    "gemma3n_text": "GEMMA3N", "qwen2_moe": "QWEN2MOE", "qwen3_moe": "QWEN3MOE",
    "deepseek_v2": "DEEPSEEK2", "deepseek_v3": "DEEPSEEK2", "granitemoe": "GRANITE_MOE",
    "granitemoehybrid": "GRANITE_HYBRID", "hunyuan_v1_dense": "HUNYUAN_DENSE",
    "hunyuan_v1_moe": "HUNYUAN_MOE", "minimax_m2": "MINIMAXM2", "lfm2_moe": "LFM2MOE",
    "modernbert": "MODERN_BERT", "qwen3_5_text": "QWEN35", "ministral": "LLAMA",
}
# Types of which converters do more than this script does: towers, parts of experts, computed tables.
ELSEWHERE = {"bert", "chameleon", "gemma3", "gemma3n", "gemma4", "glm", "hunyuan_vl", "llama4",
             "mistral3", "mistral4", "nemotron_h", "t5", "lfm2_vl", "qwen2_vl", "qwen3_next"}
# Converters that put the rows of a head's halves in pairs, and that add 1 to gains.
PAIRED = {"llama", "mistral", "mixtral", "ministral", "arcee", "smollm3", "granite", "granitemoe",
          "granitemoehybrid", "olmo"}
PLUS_ONE = {"gemma", "gemma2", "gemma3_text", "nemotron"}
# Published names that converters write first in the names that the table knows.
REWRITTEN = [(r"\.gate\.e_score_correction_bias$", ".gate.e_score_correction.bias"),
             (r"\.e_score_correction_bias$", ".e_score_correction.bias")]


def permuted(values, heads):
    rows = values.shape[0]
    return values.reshape(heads, 2, rows // heads // 2, *values.shape[1:]).swapaxes(1, 2).reshape(
        values.shape)


def unmixed(values, groups, queries, size):
    """Rows mixed head by head as queries over keys over values."""
    parts = values.reshape(groups, queries + 2, size, *values.shape[1:])
    return np.concatenate([parts[:, run].reshape(-1, *values.shape[1:])
                           for run in (slice(0, -2), slice(-2, -1), slice(-1, None))])


def stacked(values):
    """Experts one by one as one array each."""
    found, experts = {}, {}
    for name, value in values.items():
        place = re.fullmatch(r"(.*\.experts)\.(\d+)\.(.*)", name)
        if place:
            experts.setdefault(f"{place[1]}.{place[3]}", {})[int(place[2])] = value
        else:
            found[name] = value
    return found | {name: np.stack([e[i] for i in sorted(e)]) for name, e in experts.items()}


def converted(values, config):
    """Names and numbers as the converter for this type leaves them, or what the table lacks."""
    kind = config["model_type"]
    arch = getattr(gguf.MODEL_ARCH, CALLED.get(kind, kind.upper()))
    layers = next(config[k] for k in ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
                  if k in config)
    heads = next((config[k] for k in ("num_attention_heads", "n_head", "n_heads") if k in config), 1)
    shared = config.get("num_key_value_heads") or heads
    names = gguf.get_tensor_name_map(arch, layers)
    found, lost = {}, []
    for name, value in stacked(values).items():
        if kind in PAIRED and re.search(r"\.q_proj\.", name):
            value = permuted(value, heads)
        if kind in PAIRED and re.search(r"\.k_proj\.", name):
            value = permuted(value, shared)
        if kind in PLUS_ONE and re.search(r"norm\.weight$", name):
            value = value + 1
        if "query_key_value" in name and kind in ("bloom", "gpt_neox", "falcon"):
            groups = 1 if config.get("multi_query") else heads
            rows = value.shape[0] // groups
            queries = heads // groups
            value = unmixed(value, groups, queries, rows // (queries + 2))
            shared = groups
        if kind == "modernbert":
            name = name.removeprefix("model.")
        if kind == "gpt2" and value.ndim == 2 and re.search(r"c_(attn|fc|proj)", name):
            value = value.T
        if name.endswith("A_log"):
            value = -np.exp(value)
            value = value.reshape(-1, 1) if kind in ("mamba2", "granitemoehybrid") else value
        if re.search(r"conv1d\.weight$|\.conv\.conv\.weight$", name):
            value = value.squeeze(1)
        parts = [(name, value)]
        if "input_linear.weight" in name:
            half = value.shape[1] // 2
            parts = [(name.replace("input_linear", "experts.gate"), value[:, :half]),
                     (name.replace("input_linear", "experts.up"), value[:, half:])]
        if kind == "gpt_oss" and "experts.gate_up_proj" in name:  # in turn
            end = ".bias" if name.endswith("_bias") else ".weight"
            value = value if value.ndim == 2 else value.transpose(0, 2, 1)
            stem = name.partition("gate_up_proj")[0]
            parts = [(f"{stem}gate_proj{end}", value[:, ::2]), (f"{stem}up_proj{end}", value[:, 1::2])]
        elif kind == "gpt_oss" and "experts.down_proj" in name:
            is_bias = name.endswith("_bias")
            stem = name.partition("down_proj")[0]
            parts = [(f"{stem}down_proj" + (".bias" if is_bias else ".weight"),
                      value if is_bias else value.transpose(0, 2, 1))]
        for name, value in parts:
            for old, new in REWRITTEN:
                name = re.sub(old, new, name)
            mapped = names.get_name(name, try_suffixes=(".weight", ".bias"))
            if mapped is None:
                lost.append(re.sub(r"\b\d+\b", "N", name))
            else:
                found[mapped] = value
    return gguf.MODEL_ARCH_NAMES[arch], layers, heads, shared, found, sorted(set(lost))


def write(out, config, values):
    arch, layers, heads, shared, found, lost = converted(values, config)
    writer = gguf.GGUFWriter(out, arch)
    writer.add_block_count(layers)
    writer.add_head_count(heads)
    writer.add_head_count_kv(shared)
    for key, add in (("hidden_size", writer.add_embedding_length), ("head_dim", writer.add_key_length),
                     ("intermediate_size", writer.add_feed_forward_length),
                     ("vocab_size", writer.add_vocab_size)):
        # The converter of LFM2 computes its width.
        if isinstance(config.get(key), int) and (arch, key) != ("lfm2", "intermediate_size"):
            add(config[key])
    for name, value in found.items():
        writer.add_tensor(name, np.ascontiguousarray(value, np.float32))
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file,
                 writer.write_tensors_to_file):
        step()
    writer.close()
    return lost


def tensors(folder):
    with safe_open(next(folder.glob("*.safetensors")), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def judged(tool, where):
    reference = parent(where)
    config = json.loads((reference / "config.json").read_text())
    published = tensors(reference)
    names = set(published)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        child = perturbed(dict(published))
        lost = write(folder / "child.gguf", config, {n: v.numpy() for n, v in child.items()})
        strange = tensors(where / "stranger")
        if set(strange) != names:  # held otherwise than published: as good a stranger is a shuffle
            strange = {n: v.flatten()[np.random.default_rng(5).permutation(v.numel())].reshape(v.shape)
                       for n, v in published.items()}
        write(folder / "stranger.gguf", config, {n: v.numpy() for n, v in strange.items()})
        subjects = [str(folder / "child.gguf"), str(folder / "stranger.gguf"), str(where / "child")]
        run = subprocess.run([tool, "check", *subjects, "--ref", str(reference), "--format", "json",
                              "--no-cache", "--fail-on", "none"], capture_output=True, text=True)
        reports = json.loads(run.stdout)["reports"]
    rows = [(r["verdict"]["relation"], share(r)) for r in reports]
    lies = sorted({f["message"] for r in reports for f in r["findings"] if f["code"] == "SCM5002"})
    return rows, lost, lies


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", default=".build/release/shellcheck-model")
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("types", nargs="*")
    arguments = parser.parse_args()
    wrong = 0
    for where in sorted(p.parent for p in arguments.models.glob("*/parent")):
        kind = where.name
        known = kind not in ELSEWHERE and hasattr(gguf.MODEL_ARCH, CALLED.get(kind, kind.upper()))
        if arguments.types and kind not in arguments.types or not known:
            continue
        try:
            (child, stranger, plain), lost, lies = judged(arguments.tool, where)
        except Exception as error:
            print(f"{kind:20} failed: {type(error).__name__}: {error}"[:150], flush=True)
            continue
        amiss = list(lies)
        if child[0] not in FOUND:
            amiss.append(f"child: {child[0]}")
        elif None not in (child[1], plain[1]) and abs(child[1] - plain[1]) > 0.03:
            amiss.append(f"share {child[1]:.1%}, in safetensors {plain[1]:.1%}")
        if stranger[0] in FOUND:
            amiss.append(f"stranger: {stranger[0]}")
        wrong += bool(amiss)
        said = child[0] + (f" {child[1]:.1%}" if child[1] is not None else "")
        print(f"{kind:20} {said:16} {'; '.join(amiss)} {'left out: ' + str(lost) if lost else ''}",
              flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
