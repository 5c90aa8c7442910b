"""Makes all comparisons, prints one table of them and writes it as JSON. Started by run.sh."""

import argparse
import datetime
import importlib
import json
import os
import pathlib
import platform
import sys

from pairs import ROOT, Unusable
from surroundings import Surroundings

MODULES = ("startup", "keychain", "call", "memory", "stream", "decoder", "batch", "sign_in", "completion")
HEAD = ("what", "rival", "ratio", "p10 to p90, count", "goal", "verdict")


def machine():
    model = next((line.split(": ", 1)[1] for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    return {"cores": os.cpu_count(), "kernel": platform.release(), "processor": model,
            "load": [round(one, 2) for one in os.getloadavg()]}


def table(rows, judged):
    lines = [HEAD, *(row.cells for row in rows)]
    if not judged:
        lines = [line[:-2] for line in lines]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def measure(bench, modules):
    rows = []
    for name in modules:
        print(f"{datetime.datetime.now():%T} {name}", file=sys.stderr)
        rows += importlib.import_module(name).rows(bench)
    return rows


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description="chutes-login against its rivals, in turns.")
    parser.add_argument("--short", action="store_true", help="few rounds and small sizes: proves that all of it still runs, and judges nothing")
    parser.add_argument("--only", action="append", choices=MODULES, help="these comparisons (may be repeated)")
    parser.add_argument("--program", required=True, help="the chutes-login to measure")
    parser.add_argument("--sandbox", required=True, help="the chutes-sandbox to measure it with")
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--output", default=str(ROOT / "build/bench/results.json"), help="where the JSON goes")
    options = parser.parse_args()
    bench = Surroundings(os.path.abspath(options.program), os.path.abspath(options.sandbox), options.tools, options.short)
    document = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "short": options.short,
                "program": options.program, "machine": machine()}
    try:
        rows = measure(bench, options.only or MODULES)
    except Unusable as error:
        print(f"tests/bench/run.sh: {error}", file=sys.stderr)
        return 1
    finally:
        bench.close()
    print(table(rows, judged=not options.short))
    pathlib.Path(options.output).write_text(json.dumps({**document, "rows": [row.document for row in rows]}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
