#!/usr/bin/env python3
"""Aligns trained twins to the first of their group, as Git Re-Basin does (Ainsworth et al. 2023): the function stays, the units' order becomes the other's.

usage: align.py TWINS OUT

TWINS is what twins.py (recipes gpt, lstm, gru) and perceptrons.py wrote (GROUP/NAME/model.safetensors), or make_unit_fixtures.py --strangers (KIND-N.safetensors;
mlp, cnn, residual, vit, lstm, gru). OUT gets OUT/GROUP/NAME/model.safetensors. Each space of units is assigned by all matrices that have it, in turn, until nothing moves.
"""
import os, re, shutil, sys
import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.optimize import linear_sum_assignment

# Name of a tensor: its axes' spaces; a space with a number is that of a layer, ":g" says that g gates are stacked along the axis, "-" cannot be moved.
AXES = {
    "gpt": [(r"wte\.weight|wpe\.weight", "- stream"), (r"ln_.*", "stream"), (r"h\.(\d+)\.attn\.c_attn\.weight", "stream -"),
            (r"h\.(\d+)\.mlp\.c_fc\.weight", "stream hidden\\1"), (r"h\.(\d+)\.mlp\.c_fc\.bias", "hidden\\1"),
            (r"h\.(\d+)\.mlp\.c_proj\.weight", "hidden\\1 stream"), (r"h\.(\d+)\.attn\.c_proj\.weight", "- stream"), (r"c_proj\.bias", "stream")],
    "cnn": [(r"conv1\.weight", "a"), (r"conv1\.bias", "a"), (r"conv2\.weight", "b a"), (r"conv2\.bias", "b"), (r"conv3\.weight", "c b"), (r"conv3\.bias", "c"),
            (r"fc1\.weight", "d c*"), (r"fc1\.bias", "d"), (r"fc2\.weight", "- d")],
    "residual": [(r"blocks\.(\d+)\.conv1\.weight", "hidden\\1 stream"), (r"blocks\.(\d+)\.norm1\..*", "hidden\\1"),
                 (r"blocks\.(\d+)\.conv2\.weight", "stream hidden\\1"), (r"blocks\.(\d+)\.norm2\..*", "stream"), (r"stem\..*|norm\..*", "stream"), (r"fc\.weight", "- stream")],
    "vit": [(r"layers\.(\d+)\.linear1\.weight", "hidden\\1 stream"), (r"layers\.(\d+)\.linear1\.bias", "hidden\\1"), (r"layers\.(\d+)\.linear2\.weight", "stream hidden\\1"),
            (r"in_proj_weight", "- stream"), (r"in_proj_bias|fc\.bias", "-"), (r"fc\.weight", "- stream"), (r"position|class.*|cls.*", "last"), (r".*", "stream")],
    "lstm": [(r"(?:embedding|encoder)\.weight", "- embedding"), (r"weight_ih_l0", "state:4 embedding"), (r"weight_hh_l0", "state:4 state"), (r"bias_.h_l0", "state:4"), (r"(?:fc|decoder)\.weight", "- state")],
    "gru": [(r"(?:embedding|encoder)\.weight", "- embedding"), (r"weight_ih_l0", "state:3 embedding"), (r"weight_hh_l0", "state:3 state"), (r"bias_.h_l0", "state:3"), (r"(?:fc|decoder)\.weight", "- state")],
}


def axes(kind, name, values, last):
    """Of a tensor: (axis, space, how many lie along it for each unit, whether those are stacked); last is the last layer of a perceptron."""
    if kind == "mlp":
        layer = int(name.split(".")[1])  # with activations counted: 0, 2, 4…
        return [(0, layer, 1, True)] * (layer < last) + [(1, layer - 2, 1, True)] * (layer > 0 and values.ndim > 1)
    for pattern, spaces in AXES[kind]:
        if values.ndim and (match := re.search(rf"(?:^|\.)(?:{pattern})$", name)):
            result = [(values.ndim - 1, "stream", 1, True)] if spaces == "last" else []
            for axis, space in enumerate(match.expand(spaces).split() if spaces != "last" else []):
                if space.endswith("*"):
                    result.append((axis, space[:-1], None, False))
                elif space != "-":
                    space, _, gates = space.partition(":")
                    result.append((axis, space, int(gates or 1), True))
            return result
    return []


def aligned(model, other, kind, rounds=12):
    result = {name: values.copy() for name, values in model.items()}
    last = max((int(part) for name in model for part in name.split(".") if part.isdigit()), default=0)
    known = {name: axes(kind, name, values, last) for name, values in model.items()}
    sizes = {space: values.shape[axis] // each for name, values in model.items() for axis, space, each, _ in known[name] if each}

    def units(values, axis, space, each, stacked):
        """Units × those that lie along the axis for each × the rest."""
        rows, count = np.moveaxis(values, axis, 0), sizes[space]
        each = each or len(rows) // count
        rows = rows.reshape((each, count, -1) if stacked else (count, each, -1))
        return rows.swapaxes(0, 1) if stacked else rows

    for _ in range(rounds):
        before = {name: values.copy() for name, values in result.items()}
        for space in sizes:
            scores = 0
            for name in result:
                for place in known[name]:
                    if place[1] == space and result[name].ndim > 1:
                        mine, theirs = (units(t[name], *place).reshape(sizes[space], -1) for t in (result, other))
                        scores = scores + theirs @ mine.T / (np.linalg.norm(theirs) * np.linalg.norm(mine))
            order = linear_sum_assignment(-scores)[1]
            for name in result:
                for place in known[name]:
                    if place[1] == space:
                        axis, _, _, stacked = place
                        rows = units(result[name], *place)[order]
                        shape = np.moveaxis(result[name], axis, 0).shape
                        rows = (rows.swapaxes(0, 1) if stacked else rows).reshape(shape)
                        result[name] = np.moveaxis(rows, 0, axis)
        if all((result[name] == before[name]).all() for name in result):
            break
    return {name: np.ascontiguousarray(values) for name, values in result.items()}


def models(twins):
    """Kind, group, name and file of each."""
    for entry in sorted(os.listdir(twins)):
        path = os.path.join(twins, entry)
        if entry.endswith(".safetensors"):
            name = entry.removesuffix(".safetensors")
            group, _, number = name.rpartition("-")
            if number.isdigit():
                yield group, group, name, path
        else:
            for name in sorted(os.listdir(path)):
                yield entry.partition("-")[0], entry, name, os.path.join(path, name, "model.safetensors")


def main():
    twins, out = sys.argv[1:]
    first = {}
    for kind, group, name, path in models(twins):
        if kind != "mlp" and kind not in AXES:
            continue
        model = load_file(path)
        folder = os.path.join(out, group, name)
        if os.path.dirname(path) != twins.rstrip("/"):
            shutil.copytree(os.path.dirname(path), folder)
        os.makedirs(folder, exist_ok=True)
        first.setdefault(group, model)
        save_file(aligned(model, first[group], kind), os.path.join(folder, "model.safetensors"))


if __name__ == "__main__":
    main()
