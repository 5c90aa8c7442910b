#!/usr/bin/python3
"""Compares `invoke --batch` with `curl --parallel`: the same requests, as many at once, to one TLS server, in turns.

    tests/bench/batch.py [--requests N] [--jobs N] [--rounds N] [--json] [PROGRAM [SANDBOX]]

Only the ratio travels from machine to machine; it is the median of the paired ratios, with the middle half beside it.
Both have their token in the environment, and write one answer after the other into a file.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

from pairs import comparison, in_turns, timed

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/program"))


def bodies(model, count):
    for number in range(count):
        yield json.dumps({"model": model, "messages": [{"role": "user", "content": f"Say {number}"}]})


def curl_configuration(url, token, requests, answers):
    """One transfer after the other, over connections that are kept."""
    transfers = [f'url = "{url}"\nheader = "Authorization: Bearer {token}"\nheader = "Content-Type: application/json"\n'
                 f"data = {json.dumps(body)}\noutput = {json.dumps(str(answers / str(number)))}\n"
                 for number, body in enumerate(requests)]
    return "next\n".join(transfers)


def compare(sandbox, program, options, folder):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **sandbox.variables}
    token = environment["CHUTES_ACCESS_TOKEN"] = environment.pop("CHUTES_API_KEY")
    model = sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
    requests = list(bodies(model, options.requests))
    lines, configuration, answers = folder / "in.jsonl", folder / "curl.conf", folder / "answers"
    answers.mkdir()
    lines.write_text("\n".join(requests) + "\n")
    configuration.write_text(curl_configuration(sandbox.variables["CHUTES_LLM_URL"] + "/v1/chat/completions", token,
                                                requests, answers))
    ours = [program, "--quiet", "invoke", "--batch", str(lines), "--jobs", str(options.jobs)]
    rival = ["curl", "-sS", "--no-progress-meter", "--fail", "--cacert", sandbox.variables["SSL_CERT_FILE"],
             "--parallel", "--parallel-max", str(options.jobs), "-K", str(configuration)]
    pairs = in_turns(lambda: timed(ours, environment, folder / "out"), lambda: timed(rival, environment), options.rounds)
    if len((folder / "out").read_text().splitlines()) != options.requests:
        raise SystemExit("not every line has its result")
    return pairs


def main():
    parser = argparse.ArgumentParser(description="invoke --batch against curl --parallel, in turns.")
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/tests/src/chutes-login"))
    parser.add_argument("sandbox", nargs="?", default=str(ROOT / "build/tests/src/sandbox/chutes-sandbox"))
    options = parser.parse_args()
    os.environ["CHUTES_SANDBOX_PROGRAM"] = options.sandbox
    from harness import Sandbox
    sandbox = Sandbox("--approve", "auto", "--tls")
    try:
        with tempfile.TemporaryDirectory() as folder:
            pairs = compare(sandbox, options.program, options, pathlib.Path(folder))
    finally:
        sandbox.close()
    result = {**comparison(pairs), "requests": options.requests, "jobs": options.jobs}
    if options.json:
        print(json.dumps(result))
        return
    for side, name in (("ours", "invoke --batch"), ("rival", "curl --parallel")):
        print(f"{name:16} {result[side]['wall_ms']:8.1f} ms wall {result[side]['cpu_ms']:8.1f} ms cpu")
    low, high = result["ratio_middle_half"]
    print(f"ratio {result['ratio']:.2f} (middle half {low:.2f} to {high:.2f}, {options.rounds} rounds of "
          f"{options.requests} requests, {options.jobs} at once)")


if __name__ == "__main__":
    main()
