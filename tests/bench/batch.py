"""A thousand calls: `invoke --batch` against curl's own parallelism, a curl process each, and Node's undici, over TLS to nginx.

All have their token in the environment or on the command line, trust one CA, and keep every answer. --short takes fewer.
"""

import json

from pairs import ROOT, Cost, Unusable, in_turns, memory_row, row

JOBS = (1, 2, 4, 8, 16, 32, 64)
UNDICI = ROOT / "tests/bench/undici/batch.mjs"


class Batch:
    """So many requests, as each of the rivals wants to be told of them."""

    def __init__(self, bench, count):
        self.bench = bench
        self.count = count
        self.url = f"https://127.0.0.1:{bench.port}/v1/chat/completions"
        self.folder = bench.folder / f"batch-{count}"
        self.answers = self.folder / "answers"
        self.answers.mkdir(parents=True)
        self.lines = self.folder / "in.jsonl"
        self.configuration = self.folder / "curl.conf"
        bodies = [json.dumps({"model": "bench/model", "messages": [{"role": "user", "content": f"Say {number}"}]})
                  for number in range(count)]
        self.lines.write_text("\n".join(bodies) + "\n")
        self.configuration.write_text("next\n".join(map(self._transfer, range(count), bodies)))
        self.environment = {**bench.with_token, "SSL_CERT_FILE": str(bench.trust.authority)}
        del self.environment["SSL_CERT_DIR"]

    def _transfer(self, number, body):
        return (f'url = "{self.url}"\nheader = "Authorization: Bearer bench"\nheader = "Content-Type: application/json"\n'
                f"data = {json.dumps(body)}\noutput = {json.dumps(str(self.answers / str(number)))}\n")

    def _into(self, name, command):
        output = self.folder / name
        cost = self.bench.watch.run(command, self.environment, output)
        if len(output.read_bytes().splitlines()) != self.count:
            raise Unusable(f"{command[0]}: not every request has its answer")
        return cost

    def ours(self, jobs):
        return self._into("ours", [self.bench.program, "--quiet", "invoke", "--batch", self.lines, "--jobs", jobs])

    def undici(self, jobs):
        environment = {"NODE_EXTRA_CA_CERTS": str(self.bench.trust.authority)}
        return self._into("undici", ["env", *(f"{name}={value}" for name, value in environment.items()), "node", UNDICI,
                                     self.url, jobs, self.lines])

    def curl_parallel(self, jobs):
        return self.bench.watch.run(
            ["curl", "-sS", "--no-progress-meter", "--fail", "--cacert", self.bench.trust.authority, "--parallel",
             "--parallel-max", jobs, "-K", self.configuration], self.environment)

    def curl_each(self, jobs):
        """A process a call: of the first so many calls, as many at once."""
        body = json.dumps({"model": "bench/model", "messages": [{"role": "user", "content": "Say 0"}]})
        curl = self.bench.curl("-H", "Content-Type: application/json", "-d", body, self.url, trust=self.bench.trust.authority)
        return self.bench.watch.run(["sh", "-c", 'count=$1 jobs=$2; shift 2; seq "$count" | xargs -P "$jobs" -I N "$@" -o "$0/N"',
                                     self.answers, self.count, jobs, *curl], self.environment)


def rows(bench):
    batch = Batch(bench, 100 if bench.short else 1000)
    calls = f"{batch.count} calls"
    for jobs in JOBS:
        yield row(f"{calls}, {jobs} in flight", "curl --parallel",
                  in_turns(lambda: batch.ours(jobs), lambda: batch.curl_parallel(jobs), bench.rounds(11)),
                  1.0 if jobs == 8 else None)
    pairs = in_turns(lambda: batch.ours(8), lambda: batch.undici(8), bench.rounds(11))
    yield row(f"{calls}, 8 in flight", "Node and undici", pairs)
    yield memory_row(f"{calls}, 8 in flight", "Node and undici", pairs)
    yield row(f"{calls}, 8 in flight", "xargs -P 8 curl",
              in_turns(lambda: batch.ours(8), lambda: batch.curl_each(8), bench.rounds(3)))
    yield row(f"{calls}, 8 in flight", "a curl process each", in_turns(
        lambda: batch.ours(8), lambda: batch.curl_each(1), bench.rounds(3)), 0.01)
    if not bench.short:
        yield from long_rows(bench, batch)


def long_rows(bench, batch):
    """A hundred times as many lines take a hundred times as long, and no more memory."""
    long = Batch(bench, 100 * batch.count)

    def scaled():
        cost = long.ours(8)
        return Cost(cost.wall_ms / 100, cost.cpu_ms / 100, cost.peak_mib)

    pairs = in_turns(scaled, lambda: batch.ours(8), 3)
    yield row(f"{long.count} lines, a hundredth of it", f"{batch.count} lines", pairs)
    yield memory_row(f"{long.count} lines", f"{batch.count} lines", pairs)
