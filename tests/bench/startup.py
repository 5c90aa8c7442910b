#!/usr/bin/python3
"""Compares the start-up of `chutes-login --version` with that of `curl --version`, in turns, in one run.

    tests/bench/startup.py [--rounds N] [--json] [PROGRAM]

Only the ratio travels from machine to machine; it is the median of the paired ratios, with the middle half beside it.
"""

import argparse
import json
import os
import pathlib
import statistics
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTHING = os.open(os.devnull, os.O_RDWR)
STREAMS = [(os.POSIX_SPAWN_DUP2, NOTHING, number) for number in (0, 1, 2)]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def run_once(command):
    """Wall and CPU milliseconds of one process."""
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=STREAMS)
    _, status, usage = os.wait4(process, 0)
    wall = (time.perf_counter() - started) * 1000
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return {"wall_ms": wall, "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1000}


def summary(measured):
    return {name: round(statistics.median(one[name] for one in measured), 3) for name in measured[0]}


def compare(ours, rival, rounds):
    for command in (ours, rival):  # the first of each finds a cold cache
        run_once(command)
    pairs = [(run_once(ours), run_once(rival)) for _ in range(rounds)]
    ratios = sorted(first["wall_ms"] / second["wall_ms"] for first, second in pairs)
    return {
        "ours": {"command": ours[0].rsplit("/", 1)[-1] + " " + " ".join(ours[1:]), **summary([pair[0] for pair in pairs])},
        "rival": {"command": " ".join(rival), **summary([pair[1] for pair in pairs])},
        "rounds": rounds,
        "ratio": round(statistics.median(ratios), 3),
        "ratio_middle_half": [round(ratios[rounds // 4], 3), round(ratios[rounds * 3 // 4], 3)],
    }


def main():
    parser = argparse.ArgumentParser(description="Start-up of chutes-login against curl's, in turns.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/tests/src/chutes-login"))
    options = parser.parse_args()
    result = compare([options.program, "--version"], ["curl", "--version"], max(options.rounds, 4))
    if options.json:
        print(json.dumps(result))
        return
    for side in ("ours", "rival"):
        figures = result[side]
        print(f"{figures['command']:24} {figures['wall_ms']:7.2f} ms wall  {figures['cpu_ms']:7.2f} ms cpu")
    low, high = result["ratio_middle_half"]
    print(f"ratio {result['ratio']:.2f} (middle half {low:.2f} to {high:.2f}, {result['rounds']} rounds)")


if __name__ == "__main__":
    main()
