#!/usr/bin/python3
"""Kills or interrupts a refresh at every system call from its lock to its end, and then runs the next command.

    packaging/private-keyring.sh tests/storm/kills.py [--store plaintext|file|keychain] [--signal KILL|INT|TERM|HUP] [--every N]

strace(1) delivers the signal when the program enters the Nth call of a kind; nothing in the program helps. After SIGKILL
the next command must print a valid token, or, only if the server had given a new pair that was not stored yet, exit with 3
and the sentence that says so. After any other signal nothing may be lost, ever. No refresh token may be sent to the server
that it had already spent.
"""

import argparse
import collections
import pathlib
import re
import sys

from custody import STORES, Custody

CALLS = ("openat", "flock", "connect", "sendto", "sendmsg", "write", "recvfrom", "recvmsg", "read", "rename", "renameat",
         "fsync", "fdatasync", "unlinkat", "close", "poll")
LOST = "a command was killed while it refreshed the session, and the server's response was lost"


LOCKS = ("default.encrypted.session.lock", "default.plaintext.json.session.lock", "ai.chutes.Login.Session.")


def strace(*options):
    return ("strace", "-f", "-qq", "-s", "512", "-e", "trace=" + ",".join(CALLS), *options)


def steps(custody):
    """Returns every (call, number) of the main thread from the session's lock to the end, in the order of a refresh."""
    trace = custody.folder / "trace"
    custody.expire()
    done = custody.run("token", prefix=strace("-o", str(trace)))
    assert done.returncode == 0, done.stderr
    counts, found, locked = collections.Counter(), [], False
    lines = [re.match(r"(\d+) +(\w+)\((.*)", line) for line in trace.read_text().splitlines()]
    main = lines[0].group(1)
    for line in filter(None, lines):
        process, call, rest = line.groups()
        if process != main:
            continue
        counts[call] += 1
        locked = locked or any(lock in rest for lock in LOCKS)
        if locked:
            found.append((call, counts[call]))
    assert found, trace.read_text()
    return found


class Tally:
    def __init__(self):
        self.outcomes = collections.Counter()
        self.failures = []

    def judge(self, custody, step, signal):
        """Runs one refresh that gets the signal at this step, and then the next command."""
        custody.expire()
        before = custody.refreshes()
        call, number = step
        struck = custody.run("token", prefix=strace("-o", "/dev/null", "-e",
                                                    f"inject={call}:signal={signal}:when={number}"))
        served = custody.refreshes()[len(before):]
        after = custody.run("token")
        refreshes = custody.refreshes()[len(before):]
        outcome = self.outcome(custody, signal, struck, served, after, refreshes)
        self.outcomes[outcome] += 1
        if outcome.startswith("WRONG"):
            self.failures.append(f"{call} {number}: {outcome}; struck {struck.returncode} {struck.stderr.strip()!r}, "
                                 f"then {after.returncode} {after.stderr.strip()!r}, refreshes {refreshes}")
        if after.returncode != 0:
            custody.sign_in()

    @staticmethod
    def outcome(custody, signal, struck, served, after, refreshes):
        if any(status != 200 for status in refreshes):
            return "WRONG: a spent refresh token was sent"
        if after.returncode == 0:
            if not custody.sandbox.introspect(after.stdout.strip())["active"]:
                return "WRONG: the token is not valid"
            return "it was done" if struck.returncode == 0 else "struck, and the next command goes on"
        if after.returncode == 3 and LOST in after.stderr and signal == "KILL" and served == [200]:
            return "lost between the server's commit and our store, and said so"
        return "WRONG: the session is gone" if after.returncode == 3 else "WRONG: another end"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=STORES, default="plaintext")
    parser.add_argument("--signal", choices=("KILL", "INT", "TERM", "HUP"), default="KILL")
    parser.add_argument("--every", type=int, default=1, help="only every Nth step")
    options = parser.parse_args()
    with Custody(options.store) as custody:
        tally = Tally()
        wanted = steps(custody)[::options.every]
        for step in wanted:
            tally.judge(custody, step, options.signal)
    print(f"SIG{options.signal}, {options.store} store, {len(wanted)} steps:")
    for outcome, count in sorted(tally.outcomes.items()):
        print(f"  {count:4}  {outcome}")
    for failure in tally.failures:
        print(failure)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
