#!/usr/bin/env python3
"""Run the disguises that change no output (`disguises.py`) past the tool, and print a table of what it says.

usage: scripts/evasion/free.py --zoo FOLDER [--cli PATH] [--only TEXT] [--fingerprints] [--strangers] [--json FILE]
                               [--victim NAME=STRANGER ...] [--seed N]

Victims are llama-s1, gpt2-s7 and bert-s9 of the zoo; the references are the zoo's, their weights at hand, or with
--fingerprints only what fingerprints keep. A disguise passes when the gate opens although nobody declared the victim:
exit status 0, as it is and under a policy with `inconclusive: fail`. --victim names others, with the stranger behind
whom each may hide; --seed makes other random choices. With --strangers the same is done to models of which
no relative is among the references (llama-s3, and 20 Llamas as they are initialised), which nobody may accuse. Needs numpy.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import tempfile
import zlib

import numpy as np

import disguises
from zoo import Model

ROOT = pathlib.Path(__file__).resolve().parents[2]
REFERENCES = ["llama-s1", "llama-s2", "llama-s3", "qwen2-s6", "gpt2-s7", "bert-s9"]
STRANGERS = {"llama-s1": "llama-s2", "gpt2-s7": "qwen2-s6", "bert-s9": "gpt2-s7"}
SEEDS = 20
# Decoys that are a reference's are found, as they should be.
HONEST = ("decoy_embedding", "decoy_layer", "random_model_first", "other_spelling")


def run(cli, model, corpus, policy):
    command = [cli, "check", model, "--ref", corpus, "--format", "json", "--no-cache", "--policy", policy]
    done = subprocess.run([str(x) for x in command], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else None, done.stderr


def initialised(model, seed):
    """The model before training: normal weights, ones for gains."""
    random, result = np.random.default_rng(seed), model.copy()
    for name, values in result.weights.items():
        result.weights[name] = np.ones_like(values) if values.ndim == 1 else 0.02 * random.standard_normal(values.shape)
    return result


def cases(arguments, victims):
    """Kind, title, function's name, function, name of the victim, whether loaders read it."""
    for kind, title, function, families, loads in disguises.DISGUISES:
        for name, victim in victims.items():
            if victim.family not in families or arguments.only not in f"{kind} {title} {name} {function.__name__}":
                continue
            if arguments.strangers and kind == "decoys" and function.__name__ not in HONEST:
                continue
            yield kind, title, function.__name__, function, name, loads
    if arguments.strangers:
        for seed in range(SEEDS):
            yield ("control", f"as initialised, seed {seed}", f"initialised_{seed}",
                   lambda victim, stranger, random, seed=seed: initialised(victim, seed), "llama-s3", True)


def outcome(row):
    """What became of a disguise, and the exit status."""
    if row["victim"] in row["parents"]:
        said = "found"
    elif row["parents"]:
        said = "another found"
    else:
        said = "not comparable" if row["relation"] == "inconclusive" else "nothing found"
    return f"{said} ({row['exit']})"


def print_outline(rows):
    """A line a disguise, a column a victim: the table of docs/evasion.md."""
    victims = list(dict.fromkeys(row["victim"] for row in rows))
    table = {}
    for row in rows:
        table.setdefault((row["kind"], row["disguise"], row["loads"]), {})[row["victim"]] = outcome(row)
    print("\n| kind | disguise | loads |", " | ".join(victims), "|\n|---|---|---|" + "---|" * len(victims))
    for (kind, title, loads), cells in table.items():
        print(f"| {kind} | {title} | {'yes' if loads else 'own code'} |",
              " | ".join(cells.get(name, "") for name in victims), "|")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zoo", type=pathlib.Path, required=True)
    parser.add_argument("--cli", default=ROOT / ".build/release/shellcheck-model")
    parser.add_argument("--only", default="")
    parser.add_argument("--fingerprints", action="store_true")
    parser.add_argument("--strangers", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--victim", action="append", default=[])
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        corpus = temporary / "corpus"
        corpus.mkdir()
        known = dict.fromkeys([*REFERENCES, *(pair.split("=")[0] for pair in arguments.victim)])
        for name in [n for n in known if not (arguments.strangers and n == "llama-s3")]:
            source = (arguments.zoo / name).resolve()
            if arguments.fingerprints:
                subprocess.run(
                    [arguments.cli, "fingerprint", source, "-o", corpus / f"{name}.fingerprint.safetensors"],
                    check=True, capture_output=True)
            else:
                (corpus / name).symlink_to(source)
        plain, strict = temporary / "plain.yml", temporary / "strict.yml"
        plain.write_text("fail-on: error\n")
        strict.write_text("fail-on: error\ninconclusive: fail\n")
        pairs = {"llama-s3": "llama-s2"} if arguments.strangers else STRANGERS
        pairs = dict(pair.split("=") for pair in arguments.victim) or pairs
        victims = {name: Model.load(arguments.zoo / name) for name in pairs}
        others = {name: Model.load(arguments.zoo / name) for name in set(pairs.values())}
        print("| kind | disguise | victim | loads | verdict | findings | exit | strict |")
        print("|---|---|---|---|---|---|---:|---:|", flush=True)
        for kind, title, label, function, name, loads in cases(arguments, victims):
            stranger = others[pairs[name]]
            stranger.label = pairs[name]
            seed = zlib.crc32(f"{label} {name}".encode()) + arguments.seed
            model = function(victims[name], stranger, np.random.default_rng(seed))
            folder = temporary / "case" / f"{label}-{name}"
            model.save(folder)
            status, report, error = run(arguments.cli, folder, corpus, plain)
            hard, _, _ = run(arguments.cli, folder, corpus, strict)
            shutil.rmtree(folder)
            if report is None:
                raise RuntimeError(f"{title} {name}: {error}")
            report = report.get("reports", [report])[0]
            row = {"kind": kind, "disguise": title, "function": label, "victim": name, "loads": loads,
                   "exit": status, "strict": hard, "relation": report["verdict"]["relation"],
                   "parents": [p["reference"] for p in report["parents"]],
                   "findings": sorted({f["code"] for f in report["findings"]}), "limits": report.get("limits", [])}
            rows.append(row)
            parents = ": " + ", ".join(row["parents"]) if row["parents"] else ""
            print(f"| {kind} | {title} | {name} | {'yes' if loads else 'own code'} | {row['relation']}{parents} "
                  f"| {' '.join(row['findings'])} | {status} | {hard} |", flush=True)
    print(f"\n{len(rows)} models; exit 0: {sum(r['exit'] == 0 for r in rows)}, under `inconclusive: fail` "
          f"{sum(r['strict'] == 0 for r in rows)}; accused: {sum(bool(r['parents']) for r in rows)}")
    print_outline(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
