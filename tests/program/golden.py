"""Whole sentences of the programs live in golden files, so that a change of wording is one renewed file: tests compare exit
codes, kinds and facts, and hand the text itself to check_golden.

    CHUTES_WRITE_GOLDEN=1 packaging/private-keyring.sh /usr/bin/python3 -m unittest test_apps      # in tests/program

writes the texts of the cases that run instead of comparing them, into tests/golden/messages/program_apps.txt.
"""

import collections
import os
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "golden/messages"
_calls = collections.Counter()


def check_golden(test, text):
    """Compares the text with the file's for this test case: its first call with the first text there, and so on.

    What differs from run to run (ports, names, times) is for the caller to replace first.
    """
    module, name = type(test).__module__.removeprefix("test_"), f"{type(test).__name__}.{test._testMethodName}"
    path = FOLDER / f"program_{module}.txt"
    cases = _read(path)
    call = _calls[module, name]
    _calls[module, name] += 1
    if "CHUTES_WRITE_GOLDEN" in os.environ:
        cases[name] = cases.get(name, [])[:call] + [text]
        _write(path, cases)
        return
    test.assertLess(call, len(cases.get(name, [])), f"{path} has no text {call + 1} for {name}")
    test.assertEqual(text, cases[name][call])


def _read(path):
    cases, texts = {}, None
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("== "):
            texts = cases.setdefault(line[3:], [])
        elif line.startswith("-- "):
            texts.append(None)
        else:
            texts[-1] = line[2:] if texts[-1] is None else texts[-1] + "\n" + line[2:]
    return cases


def _write(path, cases):
    lines = []
    for name, texts in sorted(cases.items()):
        lines.append(f"== {name}")
        for number, text in enumerate(texts, 1):
            lines += [f"-- {number}", *(f"| {line}" for line in text.split("\n"))]
    path.write_text("\n".join(lines) + "\n")
