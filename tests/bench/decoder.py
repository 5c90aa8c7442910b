"""The event stream's decoder and the text in its events, alone: bytes in memory, no process and no network."""

import subprocess

from pairs import Row, Unusable

WAYS = ("copying", "decoding", "text", "decoding and parsing", "parsing")


def rows(bench):
    size, rounds = (4, 3) if bench.short else (64, 15)
    done = subprocess.run([bench.tools / "decoder", str(size), str(rounds)], capture_output=True, text=True, check=True)
    _, *measured = [dict(zip(WAYS, map(float, line.split()))) for line in done.stdout.splitlines()]
    if len(measured) != rounds:
        raise Unusable(f"the decoder said: {done.stdout}")
    for what, way, rival, other in (("events decoded", "decoding", "memcpy", "copying"),
                                    ("events to text", "text", "the same, each parsed", "decoding and parsing"),
                                    ("events to text", "text", "nlohmann::json's parse alone", "parsing")):
        yield Row(f"{what}, in memory", rival, [one[other] / one[way] for one in measured], None,
                  ours=median(measured, way), theirs=median(measured, other), measured_in="MB/s")


def median(measured, way):
    return sorted(one[way] for one in measured)[len(measured) // 2]
