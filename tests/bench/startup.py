"""Commands that do no work for anybody: what a process costs before it does something."""

from pairs import in_turns, memory_row, row

RIVAL = "curl --version"
GOAL = 0.5  # half of it where httplib's library is not loaded at the start


def rows(bench):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(bench.folder)}
    curl = ["curl", "--version"]

    def against_curl(*words, **more):
        return in_turns(lambda: bench.watch.run([bench.program, *words], {**environment, **more}),
                        lambda: bench.watch.run(curl, environment), bench.rounds(200))

    for words in (("--version",), ("--help",), ("completion", "bash")):
        pairs = against_curl(*words)
        yield row(" ".join(words), RIVAL, pairs, GOAL)
        yield memory_row(" ".join(words), RIVAL, pairs)
    pairs = against_curl("token", CHUTES_ACCESS_TOKEN="bench")
    yield row("token, in the environment", RIVAL, pairs)
    yield memory_row("token, in the environment", RIVAL, pairs)
    floor = [bench.tools / "floor_prints"]
    yield row("--version", "floor: a process that prints", in_turns(
        lambda: bench.watch.run([bench.program, "--version"], environment), lambda: bench.watch.run(floor, environment),
        bench.rounds(200)))
