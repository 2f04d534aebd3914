#!/usr/bin/env python3
"""Holds the tool against a tiny model of every type that Transformers and Diffusers know.

usage: scripts/catalogue/sweep.py [--tool PATH] [--out FILE] [--models FOLDER] [TYPE ...]

Needs `pip install transformers diffusers accelerate torch safetensors` (written with transformers
5.24.0, diffusers 0.42.1, torch 2.15.0). Not part of the tests: it takes ten minutes.

Of each type there are a parent as `save_pretrained` writes it; a child, the parent with noise of a
twentieth of each tensor's deviation, under the names by which the library holds it (which differ,
and fuse experts, for many types); the same under names that mean nothing; and a stranger of another
seed. Right is: both children are found, nearly all of the child is derived, the stranger is not
accused, and no finding says that a configuration lies. Prints what is not right, what could not be
built and why, and for each type the architecture and the names without a role; --out has all of it, a line of JSON per type. --models
keeps the models, about 20 GB, and makes none that are there.
"""

import argparse
import collections
import copy
import gc
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import save_file
from tiny import CONFIG_MAPPING_NAMES, CannotBuild, configuration, diffusers_models, words

FOUND = {"derived", "related", "identical", "partial", "merged"}
# Noise of a twentieth leaves 99.75 %.
LEAST_SHARE = 0.97
LARGEST = 50_000_000


def trained(make, seed):
    """A model whose weights are random, those too that initialisers leave at one value."""
    torch.manual_seed(seed)
    model = make().eval()
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim <= 1 or float(p.float().std()) == 0:
                p.add_(torch.randn_like(p) * 0.02)
    return model


def tensors(model):
    """Each stored tensor once, under the first of its names."""
    seen, found = set(), {}
    for name, value in model.state_dict().items():
        key = (value.data_ptr(), tuple(value.shape))
        if value.numel() and key in seen:
            continue
        seen.add(key)
        found[name] = value.detach().clone().contiguous()
    return found


def own_memory(values, others):
    """Draws experts that a library leaves uninitialised: in memory that may be another model's."""
    for name, value in values.items():
        if "expert" in name and value.is_floating_point():
            scale = float(value.float().std())
            near = torch.isclose(value.float(), others[name].float(), rtol=0, atol=0.15 * scale)
            # Of independent numbers a twelfth.
            if near.float().mean() > 0.2:
                torch.nn.init.normal_(value, std=0.02)


def perturbed(values):
    generator = torch.Generator().manual_seed(7)
    for name, value in values.items():
        if value.is_floating_point() and value.numel() > 1:
            noise = torch.randn(value.shape, generator=generator) * float(value.float().std())
            values[name] = (value.float() + 0.05 * noise).to(value.dtype)
    return values


def write(folder, values, config=None):
    folder.mkdir(parents=True)
    save_file(values, str(folder / "model.safetensors"), metadata={"format": "pt"})
    if config is not None:
        (folder / "config.json").write_text(config)


def save(model, folder):
    try:
        model.save_pretrained(str(folder))
    except Exception:  # a type whose names cannot be converted back is saved as it is held
        config = json.dumps(dict(model.config.to_dict()), default=str)
        write(folder / "held", tensors(model), config)
        return folder / "held"
    return folder


def make_models(make, where):
    model = trained(make, 1)
    config = (save(model, where / "parent") / "config.json").read_text()
    child = perturbed(tensors(model))
    write(where / "child", child, config)
    write(where / "renamed", {f"tensor_{i:05}": child[n] for i, n in enumerate(sorted(child))})
    del model
    gc.collect()
    stranger = tensors(trained(make, 2))
    own_memory(stranger, child)
    write(where / "stranger", stranger, config)


def parent(where):
    held = where / "parent" / "held"
    return held if held.exists() else where / "parent"


def check(tool, where):
    subjects = [str(where / name) for name in ("child", "renamed", "stranger")]
    options = ["--ref", str(parent(where)), "--format", "json", "--no-cache", "--fail-on", "none"]
    run = subprocess.run(
        [tool, "check", *subjects, *options], capture_output=True, text=True, timeout=600)
    if not run.stdout:
        raise RuntimeError(run.stderr[-300:])
    return {r["subject"]["name"]: r for r in json.loads(run.stdout)["reports"]}


def share(report):
    parent = (report["parents"] or [{}])[0]
    return (parent.get("modification") or {}).get("derivedShare")


def nameless(tool, folder):
    """Names, layers aside, of the tensors that got no role."""
    run = subprocess.run(
        [tool, "inspect", str(folder)], capture_output=True, text=True, timeout=600)
    lines = [line.split() for line in run.stdout.splitlines()]
    return sorted({re.sub(r"\b\d+\b", "N", w[0] if w[0] != "Tensors" else w[1])
                   for w in lines if w and w[-1] == "unknown"})


def judged(tool, where):
    reports = check(tool, where)
    row = {name: r["verdict"]["relation"] for name, r in reports.items()}
    row["share"] = share(reports["child"])
    row["family"] = reports["child"]["subject"]["family"]
    row["nameless"] = nameless(tool, parent(where))
    row["lies"] = sorted({f["message"] for r in reports.values() for f in r["findings"]
                          if f["code"] == "SCM5002"})
    return row


def made_and_judged(tool, name, build, models):
    if models and (models / name / "stranger").exists():
        return judged(tool, models / name)
    with tempfile.TemporaryDirectory(dir=models) as folder:
        where = pathlib.Path(folder) / "models"
        make_models(build(), where)
        row = judged(tool, where)
        if models:
            shutil.rmtree(models / name, ignore_errors=True)
            (models / name).parent.mkdir(exist_ok=True)
            where.rename(models / name)
        return row


def complaints(row):
    wrong = [f"{n}: {row[n]}" for n in ("child", "renamed") if row[n] not in FOUND]
    if row["share"] is not None and row["share"] < LEAST_SHARE:
        wrong.append(f"child: {row['share']:.1%} derived")
    if row["stranger"] in FOUND:
        wrong.append(f"stranger: {row['stranger']}")
    return wrong + row["lies"]


def makers():
    for name in sorted(CONFIG_MAPPING_NAMES):
        def build(name=name):
            cls, config = configuration(name, LARGEST)
            config.architectures = [cls.__name__]
            # Saving a model writes into its configuration.
            return lambda: cls(copy.deepcopy(config))
        yield name, build
    for name, make in diffusers_models().items():
        yield f"diffusers/{name}", lambda make=make: make


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", default=".build/release/shellcheck-model")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--models", type=pathlib.Path)
    parser.add_argument("types", nargs="*")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.models:
        arguments.models.mkdir(parents=True, exist_ok=True)
    counts, out = collections.Counter(), []
    for name, build in makers():
        if arguments.types and name not in arguments.types:
            continue
        try:
            row = made_and_judged(arguments.tool, name, build, arguments.models)
        except CannotBuild as reason:
            row = {"skipped": str(reason)}
        except Exception as error:
            row = {"failed": words(error)}
        out.append({"type": name, **row})
        if arguments.out:
            arguments.out.write_text("".join(json.dumps(row) + "\n" for row in out))
        if "skipped" in row or "failed" in row:
            kind = "skipped" if "skipped" in row else "failed"
            counts[kind] += 1
            print(f"{name:36} {kind}: {row[kind]}", flush=True)
            continue
        wrong = complaints(row)
        counts["wrong" if wrong else "right"] += 1
        counts["described" if row["family"] else "undescribed"] += 1
        counts["every role known"] += not row["nameless"]
        missing = f"{len(row['nameless'])} without role" if row["nameless"] else ""
        print(f"{name:36} {row['family'] or '-':16} {missing:18} {'; '.join(wrong)}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    return 1 if counts["wrong"] or counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
