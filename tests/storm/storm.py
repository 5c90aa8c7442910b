#!/usr/bin/python3
"""Many processes request a token of one session that has just expired, repeatedly: exactly one of them refreshes.

The processes share the store and nothing else: their runtime, state and home directories differ (custody.py, `callers`).

    packaging/private-keyring.sh tests/storm/storm.py [--processes 50] [--rounds 20] [--store keychain|file|plaintext]

The sandbox detects reuse: a refresh token that comes twice is answered with 400, and the storm has failed. Exits 0 if every
process of every round got the same token and the server saw one refresh a round.
"""

import argparse
import sys
import time

from custody import STORES, Custody


def storm(store, processes, rounds):
    with Custody(store) as custody:
        began = time.monotonic()
        callers = custody.callers()
        for number in range(rounds):
            custody.expire()
            before = len(custody.refreshes())
            commands = [custody.start("token", caller=callers[index % len(callers)]) for index in range(processes)]
            ends = [(command.communicate(timeout=300), command.returncode) for command in commands]
            failed = [(code, texts[1]) for texts, code in ends if code != 0]
            tokens = {texts[0] for texts, code in ends if code == 0}
            statuses = custody.refreshes()[before:]
            if failed or len(tokens) != 1 or statuses != [200]:
                print(f"{store}, round {number + 1}: refreshes {statuses}, {len(tokens)} different tokens, "
                      f"{len(failed)} failures: {failed[:3]}")
                return False
        took = time.monotonic() - began
        print(f"{store}: {rounds} rounds of {processes} processes of {len(callers)} kinds, one refresh each, no reuse, no failure; "
              f"{took:.1f} s, {1000 * took / rounds / processes:.1f} ms a process")
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--store", choices=STORES, action="append")
    options = parser.parse_args()
    results = [storm(store, options.processes, options.rounds) for store in options.store or ("keychain", "file")]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
