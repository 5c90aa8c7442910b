"""What the comparisons share: processes timed in turns, and what their ratios say."""

import os
import statistics
import subprocess
import time


def timed(command, environment, output=os.devnull):
    """Wall and CPU milliseconds of one process that must succeed; its output goes to a file."""
    with open(output, "wb") as file:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} failed with {process.returncode}")
    return {"wall_ms": wall * 1000, "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1000}


def in_turns(ours, rival, rounds):
    """Pairs of what the two functions measured; the first of each finds a cold cache and does not count."""
    ours(), rival()
    return [(ours(), rival()) for _ in range(rounds)]


def medians(measured):
    return {name: round(statistics.median(one[name] for one in measured), 3) for name in measured[0]}


def comparison(pairs, key="wall_ms"):
    """The median of the paired ratios, with the middle half: all that travels from machine to machine."""
    ratios = sorted(first[key] / second[key] for first, second in pairs)
    return {"ours": medians([pair[0] for pair in pairs]), "rival": medians([pair[1] for pair in pairs]),
            "rounds": len(pairs), "ratio": round(statistics.median(ratios), 3),
            "ratio_middle_half": [round(ratios[len(ratios) // 4], 3), round(ratios[len(ratios) * 3 // 4], 3)]}


def row(name, result, key="wall_ms", unit="ms"):
    low, high = result["ratio_middle_half"]
    return (f"{name:34} {result['ours'][key]:9.2f} {result['rival'][key]:9.2f} {unit:4} "
            f"ratio {result['ratio']:.2f} (middle half {low:.2f} to {high:.2f}, {result['rounds']} rounds)")
