#!/usr/bin/env python3
"""Writes models in every container that is read, by its own writer, and asks the tool about each.

usage: measure.py TOOL OUT [--language PARENT CHILD STRANGER] [--networks] [--experts] [--only WORD]
                  [--reuse] [--table FILE]

PARENT, CHILD and STRANGER are folders of Llama models with config.json and model.safetensors; --networks draws and
trains a convolutional network, an LSTM and a GRU, --experts draws a small mixture of experts. A copy of the parent and the child must be found in each container, with
the kinds of change, the bits and the share that they have; the stranger must be silent. Prints a line
for each, and a table in Markdown. Nothing in it is kept but what OUT holds; with --reuse, what is there is not written again.

Needs the packages of scripts/fixtures' scripts: torch, transformers, safetensors, gguf, h5py, onnx, onnxscript,
onnxruntime, tensorflow-cpu, compressed-tensors, bitsandbytes, hqq, mlx[cpu], torchao and optimum-quanto, and, with
--no-deps, auto-gptq, autoawq and nvidia-modelopt.
"""

import argparse
import importlib.metadata
import json
import logging
import multiprocessing
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"

# What a change of container may be said to be, and no more.
HARMLESS = {"rename", "reshard", "cast"}


def asked(tool, subjects, reference, out):
    """The report of each subject, by its path."""
    subprocess.run(
        [tool, "check", *map(str, subjects), "--ref", str(reference), "--no-cache", "--format", "json",
         "-o", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    document = json.loads(out.read_text())
    return ({report["subject"]["path"]: report for report in document["reports"]}, document["failures"])


def summary(report):
    """Relation, kinds of change, bits, share and codes of findings."""
    parent = (report["parents"] or [{}])[0]
    changes = parent.get("changes", [])
    return {
        "relation": report["verdict"]["relation"],
        "kinds": {change["kind"] for change in changes},
        "bits": {change["detail"].get("bits") for change in changes if change["kind"] == "quantise"},
        "share": (parent.get("modification") or {}).get("derivedShare"),
        "codes": {finding["code"] for finding in report["findings"]},
    }


def problems(copy, child, stranger, bits, plain, allowed=frozenset()):
    """What is not as it must be; `plain` is what is said of the child in the reference's container."""
    found = []
    kinds = HARMLESS | ({"quantise"} if bits else set()) | allowed
    share = 0.999 if not bits or bits > 5 else 0.97
    if copy["relation"] not in ("identical", "related", "derived"):
        return [f"copy: {copy['relation']}"] + ([] if silent(stranger) else ["stranger accused"])
    if copy["kinds"] - kinds:
        found.append(f"copy: also {', '.join(sorted(copy['kinds'] - kinds))}")
    if bits and copy["bits"] != {bits}:
        found.append(f"copy: bits {sorted(map(str, copy['bits']))}")
    if copy["share"] is None or copy["share"] < share:
        found.append(f"copy: share {copy['share']}")
    if bits and "SCM5004" in copy["codes"]:
        found.append("copy: unfaithful")
    if child["relation"] != plain["relation"]:
        found.append(f"child: {child['relation']}")
    elif child["share"] is None or abs(child["share"] - plain["share"]) > 0.03:
        found.append(f"child: share {child['share']} for {plain['share']}")
    elif child["kinds"] - plain["kinds"] - kinds:
        found.append(f"child: also {', '.join(sorted(child['kinds'] - plain['kinds'] - kinds))}")
    if not silent(stranger):
        found.append(f"stranger: {stranger['relation']}")
    return found


def silent(report):
    return report["relation"] == "no-evidence" and report["share"] is None


def apart(work):
    """Whether `work` ends without an error, in a process of its own: not all libraries agree in one."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    return child.exitcode == 0


def measure(tool, out, kind, reference, models, plain, writers, only, reuse):
    """Rows of the table: container, package, what is said of copy, child and stranger, problems."""
    rows = []
    said, _ = asked(tool, plain, reference, out / f"{kind}.json")
    told = summary(said[str(plain[0])])
    for name, package, bits, write, *rest in writers:
        if only and only.lower() not in name.lower():
            continue
        folder = out / kind / "".join(c if c.isalnum() else "-" for c in name)
        roles = ("copy", "child", "stranger")
        is_written = reuse and all(any(folder.glob(f"{role}*")) for role in roles)
        if not is_written:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        if not is_written and not apart(
                lambda: [write(model, folder / role) for model, role in zip(models, roles)]):
            rows.append((kind, name, package, None, None, None, ["not written"]))
            continue
        # A writer adds the ending of its container.
        paths = [next(folder.glob(f"{role}*")) for role in roles]
        reports, failures = asked(tool, paths, reference, folder / "report.json")
        if len(reports) < 3:
            rows.append((kind, name, package, None, None, None, [json.dumps(failures)[:200]]))
            continue
        copy, child, stranger = (summary(reports[str(path)]) for path in paths)
        rows.append((kind, name, package, copy, child, stranger, problems(
            copy, child, stranger, bits, told, *rest)))
        print(*rows[-1], sep=" | ", flush=True)
    return rows


def cell(said):
    if said is None:
        return "–"
    share = f", {100 * said['share']:.1f} %" if said["share"] is not None else ""
    bits = "".join(f" {bits} bits" for bits in sorted(filter(None, said["bits"])))
    kinds = ", ".join(kind + (bits if kind == "quantise" else "") for kind in sorted(said["kinds"]))
    return f"{said['relation']}{share}" + (f": {kinds}" if kinds else "")


def table(rows):
    lines = ["| model | container | written by | copy | child | stranger | amiss |",
             "|---|---|---|---|---|---|---|"]
    for kind, name, package, copy, child, stranger, amiss in rows:
        version = importlib.metadata.version({"tensorflow": "tensorflow_cpu"}.get(package, package))
        lines.append(f"| {kind} | {name} | {package} {version} | {cell(copy)} | {cell(child)} | "
                     f"{cell(stranger)} | {'; '.join(amiss) or '–'} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("out", type=Path)
    parser.add_argument("--language", nargs=3, metavar=("PARENT", "CHILD", "STRANGER"))
    parser.add_argument("--networks", action="store_true")
    parser.add_argument("--experts", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    if options.language:
        import language

        models = [language.Language(folder) for folder in options.language]
        rows += measure(options.tool, options.out, "llama", options.language[0], models,
                        options.language[1:2], language.WRITERS, options.only, options.reuse)
    if options.experts:
        import experts

        models = experts.every(options.out, apart, options.reuse)
        rows += measure(options.tool, options.out, "gpt-oss", models[0].folder, models,
                        [models[1].folder], experts.WRITERS, options.only, options.reuse)
    if options.networks:
        import networks

        for kind, models, writers in networks.every(options.out, apart, options.reuse):
            reference, child = (f"{model.base}.safetensors" for model in models[:2])
            rows += measure(options.tool, options.out, kind, reference, models, [child], writers,
                            options.only, options.reuse)
    text = table(rows)
    print(text)
    if options.table:
        options.table.write_text(text + "\n")
    return any(row[-1] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
