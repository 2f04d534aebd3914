#!/usr/bin/env python3
"""Strangers whose rows and columns are scaled against each other, e^±2, e^±4 and e^±8: what the second look at equal energy accuses.

usage: scales.py --cli SHELLCHECK_MODEL [--references N] [--subjects N]

Random networks of four kinds: normal dense layers, kernels of convolutions, matrices of three directions with a little noise, and rows
with a common mean, as rectifiers leave them. Each subject is scaled, the references are not; by `check`, one call a kind.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import numpy as np
from safetensors.numpy import save_file

WIDTHS = [64, 48, 48, 48, 10]
KERNELS = [(16, 3, 3, 3), (32, 16, 3, 3), (32, 32, 3, 3), (64, 32, 3, 3), (10, 64)]


def dense(random):
    return [random.standard_normal((o, i)) / np.sqrt(i) for i, o in zip(WIDTHS, WIDTHS[1:])]


def kernels(random):
    return [random.standard_normal(shape) / np.sqrt(np.prod(shape[1:])) for shape in KERNELS]


def three_directions(random):
    return [random.standard_normal((o, 3)) @ random.standard_normal((3, i)) + 0.05 * random.standard_normal((o, i))
            for i, o in zip(WIDTHS, WIDTHS[1:])]


def common_means(random):
    return [w + 0.3 * np.abs(w).mean() * np.abs(random.standard_normal(w.shape[1])) for w in dense(random)]


def scaled(matrices, random, reach):
    result = []
    for w in matrices:
        rows, columns = (np.exp(random.uniform(-reach, reach, extent)) for extent in w.shape[:2])
        result.append(w * rows.reshape((-1,) + (1,) * (w.ndim - 1)) * columns.reshape((1, -1) + (1,) * (w.ndim - 2)))
    return result


def write(path, matrices):
    save_file({f"net.{n}.weight": w.astype(np.float32) for n, w in enumerate(matrices)}, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--references", type=int, default=25)
    parser.add_argument("--subjects", type=int, default=60)
    arguments = parser.parse_args()
    for kind in (dense, kernels, three_directions, common_means):
        with tempfile.TemporaryDirectory() as folder:
            references, subjects = pathlib.Path(folder, "references"), pathlib.Path(folder, "subjects")
            references.mkdir()
            subjects.mkdir()
            for seed in range(arguments.references):
                write(references / f"{seed}.safetensors", kind(np.random.default_rng(1000 + seed)))
            for seed in range(arguments.subjects):
                random = np.random.default_rng(5000 + seed)
                write(subjects / f"{seed}.safetensors", scaled(kind(random), random, (2, 4, 8)[seed % 3]))
            run = subprocess.run(
                [arguments.cli, "check", *map(str, sorted(subjects.iterdir())), "--ref", str(references),
                 "--format", "json", "--no-cache"], capture_output=True, text=True)
        reports = json.loads(run.stdout)["reports"]
        relations = collections.Counter(r["verdict"]["relation"] for r in reports)
        codes = collections.Counter(f["code"] for r in reports for f in r["findings"])
        least = min(r["verdict"].get("log10P") or 0 for r in reports)
        print(f"{kind.__name__}: {arguments.subjects * arguments.references} pairs, {dict(relations)}, least log10 p {least:.1f}, "
              f"findings {dict(codes)}", flush=True)


if __name__ == "__main__":
    main()
