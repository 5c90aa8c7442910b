#!/usr/bin/python3
"""Measures how long a session is at risk: from the arrival of a new pair of tokens until it is stored.

    packaging/private-keyring.sh tests/storm/window.py [--times 20]

Measured under strace, which makes every system call slower; the true window is shorter. Only a machine that dies within it
loses a session, and the next command says so.
"""

import argparse
import re
import statistics
import sys

from custody import STORES, Custody

# The window begins when the server's answer is read, and ends with the rename of the store's file, or when the keyring's
# daemon has received the item.
TRACED = "recvfrom,read,renameat,sendmsg"


def window(custody):
    trace = custody.folder / "trace"
    custody.expire()
    done = custody.run("token", prefix=("strace", "-f", "-qq", "-ttt", "-s", "64", "-o", str(trace), "-e", "trace=" + TRACED))
    assert done.returncode == 0, done.stderr
    arrived = stored = None
    for line in trace.read_text().splitlines():
        found = re.match(r"\d+ +(\d+\.\d+) (.*)", line)
        if not found:
            continue
        at, call = float(found.group(1)), found.group(2)
        if "HTTP/1.1 200" in call:
            arrived, stored = at, None
        elif arrived and stored is None and call.startswith("sendmsg" if custody.store == "keychain" else "renameat"):
            stored = at
    return 1000 * (stored - arrived)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    for store in STORES:
        with Custody(store) as custody:
            times = sorted(window(custody) for _ in range(options.times))
        print(f"{store}: median {statistics.median(times):.2f} ms, longest {times[-1]:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
