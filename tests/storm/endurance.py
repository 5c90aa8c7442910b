#!/usr/bin/python3
"""Thousands of sign-ins and refreshes, sequential and parallel, must leave nothing behind.

    packaging/private-keyring.sh tests/storm/endurance.py [--times 10000] [--at-once 64]

The client, the sandbox and the keyring are real; user_agent.py acts as the browser, in this process. Counts what could
grow, during the run and at the end: keyring items, the client's files, processes, listeners, descriptors and threads of
the sandbox and of the keyring's daemon, and their memory. Exits 0 if nothing grew.
"""

import argparse
import concurrent.futures
import os
import pathlib
import statistics
import subprocess
import sys
import time
import urllib.parse

from custody import Custody, Keyring

from harness import LOGIN, eventually, free_port, listening
from user_agent import PLAN, Person

WARM_UP = 20
SANDBOX_GROWTH = 8 << 10  # bytes a sign-in or refresh: two tokens, two to four entries of the log
KEYRING_GROWTH = 24 << 10  # gnome-keyring keeps about 8 KiB for each client that has read a secret
SLACK = 4 << 20  # what an allocator may take at any time
SLOWER = 3  # times the first tenth's duration


class Visitor(Person):
    """A person who allows every request, and records nothing."""

    def __init__(self):
        self.plan = PLAN
        self.cookies = {}

    def note(self, **facts):
        pass


class KeyringBusy(Exception):
    """The keyring's daemon, which serves one request at a time, had too many waiting."""


def check_end(code, said):
    if "the keychain did not answer within" in said:
        raise KeyringBusy
    assert code == 0, said


def sign_in(environment, *options):
    """Signs in once: runs the client, and opens the address it prints."""
    process = subprocess.Popen([LOGIN, "login", "--no-browser", *options], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = []
    for line in process.stderr:
        said.append(line)
        if line.strip().startswith("http"):
            Visitor().browse(line.strip())
            break
    _, more = process.communicate(timeout=300)
    check_end(process.returncode, "".join(said) + more)


def run(environment, *arguments):
    done = subprocess.run([LOGIN, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300)
    check_end(done.returncode, done.stderr)


def patiently(act, *arguments):
    """Retries while the keyring is too busy, as the client's hint says; returns the number of retries."""
    for times in range(50):
        try:
            act(*arguments)
            return times
        except KeyringBusy:
            pass
    raise AssertionError("the keyring is busy for ever")


def keyring_daemon():
    """The process that holds this bus's keyring."""
    reply = subprocess.run(["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus",
                            "/org/freedesktop/DBus", "org.freedesktop.DBus.GetConnectionUnixProcessID",
                            "string:org.freedesktop.secrets"], capture_output=True, text=True, check=True)
    return int(reply.stdout.split()[-1])


def status(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split()[1]
    raise AssertionError(f"process {pid} is gone")


def processes_of(folder):
    """Processes, including zombies, that the client or the browser started and that still exist."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            zombie = "State:\tZ" in (entry / "status").read_text() and status(entry.name, "PPid") == str(os.getpid())
            if zombie or f"HOME={folder}/".encode() in (entry / "environ").read_bytes():
                found.append((entry / "comm").read_text().strip())
        except (OSError, AssertionError):
            pass  # it ended meanwhile, or is somebody else's
    return found


class Household:
    """Everything that could grow around one person's session."""

    def __init__(self, custody):
        self._custody = custody
        self._pids = {"sandbox": custody.sandbox.pid, "keyring": keyring_daemon()}
        self._keyring = Keyring()
        uris = custody.environment["CHUTES_OAUTH_REDIRECT_URI"].split()
        self._ports = [urllib.parse.urlsplit(uri).port for uri in uris]

    def counted(self):
        """The counts that must be the same after a thousand sign-ins as after one."""
        folder = self._custody.folder
        kept = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
        counts = {"items": sorted(attributes["kind"] for attributes, _ in self._keyring.entries()), "files": kept,
                  "processes": processes_of(folder), "listeners": [port for port in self._ports if listening(port)]}
        for name, pid in self._pids.items():
            counts[f"{name}'s descriptors"] = len(os.listdir(f"/proc/{pid}/fd"))
            counts[f"{name}'s threads"] = status(pid, "Threads")
        return counts

    def memory(self):
        return {name: int(status(pid, "VmRSS")) << 10 for name, pid in self._pids.items()}

    def check(self, before):
        """Waits until the counts are as before: a server notices a closed connection after a moment."""
        found = {}

        def as_before():
            found.update(self.counted())
            return found == before

        try:
            eventually(as_before, "all is as before", 10)
        except AssertionError:
            changed = {name: (before[name], now) for name, now in found.items() if now != before[name]}
            raise AssertionError(f"left behind (before, now): {changed}") from None


class Endurance:
    def __init__(self, custody, times, at_once):
        self._custody = custody
        self._times = times
        self._at_once = at_once
        self._environment = custody.environment
        self._household = Household(custody)

    def run(self):
        for _ in range(WARM_UP):
            sign_in(self._environment)
            run(self._environment, "refresh")
        before = self._household.counted()
        assert before["items"].count("session") == 1, before
        self._row("sign-ins", lambda: sign_in(self._environment), before)
        self._row("refreshes", lambda: run(self._environment, "refresh"), before)
        ports = set()
        while len(ports) < self._at_once:
            ports.add(free_port())
        guests = [(self._newcomer(port), f"guest-{port}") for port in ports]
        self._crowd(guests)
        settled = self._household.counted()  # a lock file stays for each profile that there ever was
        assert settled["items"] == before["items"], settled
        self._crowd(guests)
        self._household.check(settled)

    def _row(self, what, act, before):
        """Runs sequentially, in ten parts."""
        part = max(1, self._times // 10)
        memory = self._household.memory()
        medians = []
        for number in range(0, self._times, part):
            times = []
            for _ in range(min(part, self._times - number)):
                began = time.monotonic()
                act()
                times.append(time.monotonic() - began)
            medians.append(statistics.median(times))
            self._household.check(before)
            done = number + len(times)
            self._check_memory(memory, done)
            print(f"{done} {what} in a row: {1000 * medians[-1]:.1f} ms each; {self._growth(memory, done)}", flush=True)
        self._check_refreshes()  # not before: reading a long log takes much of the sandbox's memory for ever
        assert part < 100 or medians[-1] < SLOWER * medians[0], medians

    def _crowd(self, guests):
        """Runs many people in parallel, each with a client and a profile, and many processes for one session."""
        began = time.monotonic()
        busy = 0
        for act in (lambda environment, name: sign_in(environment, "--profile", name),
                    lambda environment, name: run(environment, "refresh", "--profile", name),
                    lambda _environment, _name: run(self._environment, "refresh")):
            busy += self._all(act, guests)
        kinds = self._household.counted()["items"]
        assert kinds.count("session") == len(guests) + 1, kinds
        self._check_refreshes()
        took = time.monotonic() - began
        for environment, name in guests:
            patiently(run, environment, "profile", "remove", "--yes", name)
        print(f"{len(guests)} sign-ins at once, then as many refreshes, of a session each and of one: {took:.1f} s, "
              f"{busy} times the keyring was too busy", flush=True)

    def _newcomer(self, port):
        return {**self._environment, **self._custody.sandbox.register([f"http://127.0.0.1:{port}/callback"])}

    def _all(self, act, guests):
        with concurrent.futures.ThreadPoolExecutor(self._at_once) as crowd:
            return sum(done.result() for done in [crowd.submit(patiently, act, *guest) for guest in guests])

    def _check_refreshes(self):
        refused = [status for status in self._custody.refreshes() if status != 200]
        assert not refused, f"refreshes were answered with {refused}"

    def _check_memory(self, before, times):
        now = self._household.memory()
        for name, most in (("sandbox", SANDBOX_GROWTH), ("keyring", KEYRING_GROWTH)):
            grown = now[name] - before[name]
            assert grown < SLACK + most * times, f"the {name} grew by {grown} bytes in {times} times"

    def _growth(self, before, times):
        now = self._household.memory()
        return ", ".join(f"{name} {now[name] >> 20} MiB, {(now[name] - before[name]) / times / 1024:+.1f} KiB a time"
                         for name in sorted(now))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=64)
    options = parser.parse_args()
    with Custody("keychain") as custody:
        Endurance(custody, options.times, options.at_once).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
