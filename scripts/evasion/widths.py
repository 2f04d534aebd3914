#!/usr/bin/env python3
"""Are copies of small networks found whose layers have more units, all of them re-ordered?

usage: widths.py --cli SHELLCHECK_MODEL [--kinds mlp,cnn,...] [--fingerprints]

The networks are those of `scripts/fixtures/make_unit_fixtures.py` (seed 1; MLP, CNN, residual CNN, U-Net, ViT, LSTM, GRU). Each gets 10 %, 50 %
and 100 % more units in every hidden layer, all of which nothing takes (`appended`) or all of them halves of others (`halves`), is re-ordered and,
where activations are ReLU, scaled; its outputs are checked to be the reference's. It is held against the reference (`alone`), against the
reference and a stranger of just its shapes (`beside`), and so under no names and in another order of the file (`nameless`); then the reference
itself is held against the wide copy and another reference of the recipe (`fewer`). With 100 % more, appended units are also a hundred times as
loud and take one input each (`loud`), and halves cancel, with noise of three times the weights' size (`cancelling`), each `beside`. With
--fingerprints, no weights of references are at hand. Written with torch 2.15.0.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
import make_unit_fixtures as units

parser = argparse.ArgumentParser()
parser.add_argument("--cli", required=True)
parser.add_argument("--kinds", default="mlp,cnn,residual,unet,vit,lstm,gru")
parser.add_argument("--fingerprints", action="store_true")
arguments = parser.parse_args()


def fingerprint(model):
    path = model.with_suffix(".fingerprint.safetensors")
    subprocess.run([arguments.cli, "fingerprint", str(model), "-o", str(path)], check=True, capture_output=True)
    return path


def verdict(subject, *references):
    command = [arguments.cli, str(subject), "--no-cache", "--format", "json"]
    for reference in references:
        command += ["--ref", str(fingerprint(reference) if arguments.fingerprints else reference)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    report = json.loads(run.stdout)["reports"][0]
    found = any(parent["reference"].removesuffix(".safetensors") == "reference" for parent in report["parents"])
    return f"{'found' if found else report['verdict']['relation']} ({run.returncode})"


def row(kind, share, how, cases):
    print(f"{kind:9s} {share:4.0%} {how:10s} " + "  ".join(f"{name} {said}" for name, said in cases.items()), flush=True)


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)

    def path(name):
        return folder / f"{name}.safetensors"

    for kind in arguments.kinds.split(","):
        model = units.train(kind, 1)
        units.save(folder, "reference", model)
        units.save(folder, "other", units.train(kind, 2))
        for share in (0.1, 0.5, 1.0):
            for how in ("appended", "halves"):
                wide = units.reordered(kind, units.widened(kind, model, 6, share, how), 7)
                units.save(folder, "copy", wide)
                units.save(folder, "stranger", units.train(kind, 17, units.fresh(wide), 200))
                state = load_file(path("copy"))
                names = np.random.default_rng(7).permutation(sorted(state))
                save_file({f"t{place:03d}": state[name] for place, name in enumerate(names)}, path("nameless"))
                row(kind, share, how, {
                    "alone": verdict(path("copy"), path("reference")),
                    "beside": verdict(path("copy"), path("reference"), path("stranger")),
                    "nameless": verdict(path("nameless"), path("reference"), path("stranger")),
                    "fewer": verdict(path("reference"), path("copy"), path("other"))})
                if share == 1:
                    worse = {"appended": "loud", "halves": "cancelling"}[how]
                    copy = units.reordered(kind, units.widened(kind, model, 6, share, worse), 7)
                    units.save(folder, "copy", copy)
                    row(kind, share, worse, {"beside": verdict(path("copy"), path("reference"), path("stranger"))})
