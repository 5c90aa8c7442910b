#!/usr/bin/python3
"""What a Tab costs in each shell.

The scripts that the program prints are loaded, with a cache of a thousand models, and asked for the same lines again and
again inside of one shell, as a person does. The first Tab of a shell, which loads its own machinery, does not count.
"""

import json
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

from pairs import values

LINES = ("chutes-login ", "chutes-login token --", "chutes-login invoke -m org-7/model-7", "chutes-login profile use ")
ROUNDS = 100
LIMIT = 20  # ms; longer is felt


def prepare(folder, program):
    cache = folder / ".cache/chutes-login"
    cache.mkdir(parents=True)
    for kind, names in (("models", [f"org-{n % 40}/model-{n}" for n in range(1000)]), ("profiles", ["default", "work"]),
                        ("chutes", [f"chute-{n}" for n in range(2000)])):
        (cache / f"{kind}.json").write_text(json.dumps({"at": int(time.time()), "names": names, "service": "x"},
                                                       separators=(",", ":")) + "\n")
    for shell in ("bash", "zsh", "fish"):
        (folder / shell).write_bytes(subprocess.run([program, "completion", shell], check=True, capture_output=True).stdout)


def environment(folder):
    return {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb", "PS1": "$ "}


def run(folder, words):
    done = subprocess.run(words, env=environment(folder), capture_output=True, text=True, check=True, timeout=120)
    return [float(word) for word in done.stdout.split()]


def bash(folder, line, rounds):
    words = re.findall(r"[^ :=@]+|[:=@]+", line) + ([""] if line.endswith(" ") else [])
    return run(folder, ["bash", "--norc", "-c", f"""
        source {folder}/bash
        COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)} COMP_WORDS=({shlex.join(words)}) COMP_CWORD={len(words) - 1}
        for ((round = 0; round <= {rounds}; round++)); do
          begun=${{EPOCHREALTIME/./}}
          _chutes_login
          echo "$(({"${EPOCHREALTIME/./}"} - begun))"
        done"""])


def fish(folder, line, rounds):
    return run(folder, ["fish", "--no-config", "-c", f"""
        source {folder}/fish
        for round in (seq 0 {rounds})
            set begun (date +%s%N)
            complete -C {shlex.quote(line)} >/dev/null
            math "($(date +%s%N) - $begun) / 1000"
        end"""])


def zsh(folder, line, rounds):
    from emulator import Emulator
    from harness import eventually
    figures = folder / "figures"
    figures.write_text("")
    emulator = Emulator(["zsh", "-f"], environment(folder), lines=50)
    try:
        emulator.await_text("$")
        emulator.type(f"autoload -U compinit; compinit -u -D; source {folder}/zsh; zmodload zsh/datetime; "
                      f"timed() {{ local begun=$EPOCHREALTIME; zle list-choices; "
                      f"print $(( (EPOCHREALTIME - begun) * 1000000 )) >>{figures} }}; "
                      f"zle -N timed; bindkey '^T' timed; clear; echo r''eady\n")
        emulator.await_text("ready")
        emulator.type(line)
        for count in range(1, rounds + 2):
            emulator.press("C-t")
            eventually(lambda: len(figures.read_text().split()) >= count, "zsh has completed")
    finally:
        emulator.close()
    return [float(word) for word in figures.read_text().split()]


def rows(bench):
    with tempfile.TemporaryDirectory(prefix="chutes-bench.") as name:
        folder = pathlib.Path(name)
        prepare(folder, bench.program)
        for measure in (bash, zsh, fish):
            for line in LINES:
                _, *milliseconds = [figure / 1000 for figure in measure(folder, line, bench.rounds(ROUNDS))]
                yield values(f"a Tab in {measure.__name__} after {line.strip()!r}", "ms", milliseconds, LIMIT)
