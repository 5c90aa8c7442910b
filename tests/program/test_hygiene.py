"""A process that holds secrets: no other user can inspect it, it leaves no core behind, and what it opens stays its own."""

import contextlib
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import unittest
import urllib.parse

from canaries import Canaries, Tap
from harness import LOGIN, PATIENCE, ProgramTest, asan, bare_environment, eventually

NOBODY = 65534
OPENED = re.compile(r"(?:socket|socketpair|open|openat|openat2|creat|pipe2?|accept4?|dup[23]?|epoll_create1?|eventfd2?"
                    r"|inotify_init1?|memfd_create|signalfd4|timerfd_create|pidfd_open|fcntl)\(")

# What another program of the same user can do to a process: prints the names of what succeeded.
INTRUDE = """
import ctypes, os, sys
pid = int(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
for name in ("mem", "environ", "maps", "fd"):
    try:
        path = f"/proc/{pid}/{name}"
        os.listdir(path) if name == "fd" else open(path, "rb").read(1) if name != "mem" else open(path, "rb").close()
        print(name)
    except OSError:
        pass
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
if libc.ptrace(PTRACE_ATTACH, pid, 0, 0) == 0:
    os.waitpid(pid, 0)
    libc.ptrace(PTRACE_DETACH, pid, 0, 0)
    print("ptrace")
"""


class Closed(ProgramTest):
    """A client that waits for its browser, as an ordinary user's process."""

    def setUp(self):
        super().setUp()
        self.as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        if self.as_user:
            for folder, folders, files in os.walk(self.folder):
                for name in (".", *folders, *files):
                    os.chown(pathlib.Path(folder, name), NOBODY, NOBODY)
        self.browser.plan(visits=False)

    def waiting(self, **options):
        env = {"CHUTES_STORE": "plaintext", **asan("handle_segv=0")}
        running = self.start("login", "--no-browser", "--wait", "1m", env=env, cwd=self.folder, **self.as_user, **options)
        eventually(lambda: "Open this URL" in running.stderr or running.process.poll() is not None, "it waits")
        self.assertIsNone(running.process.poll(), running.stderr)
        return running

    def sleeping(self, **options):
        process = subprocess.Popen(["sleep", "60"], env=bare_environment(), cwd=self.folder, **self.as_user, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: os.readlink(f"/proc/{process.pid}/exe") != os.readlink("/proc/self/exe"), "it sleeps")
        return process

    def intrude(self, pid):
        done = subprocess.run([sys.executable, "-I", "-c", INTRUDE, str(pid)], env=bare_environment(), cwd="/",
                              capture_output=True, check=True, timeout=PATIENCE, **self.as_user)
        return set(done.stdout.decode().split())

    def test_other_programs_of_the_same_user_cannot_look_into_it(self):
        self.assertLessEqual({"mem", "environ", "maps", "fd"}, self.intrude(self.sleeping().pid))
        running = self.waiting()
        self.assertEqual(self.intrude(running.process.pid), set())
        running.signal(signal.SIGTERM)
        running.result()

    def test_it_leaves_no_core_even_if_cores_are_wanted(self):
        def cores():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        if hard != resource.RLIM_INFINITY and os.getuid() != 0:
            self.skipTest("cores cannot be wanted here")
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT):
            self.assertEqual((number, self.core_of(self.sleeping(preexec_fn=cores).pid, number)), (number, True))
            running = self.waiting(preexec_fn=cores)
            self.assertEqual((number, self.core_of(running.process.pid, number)), (number, False))
            running.process.returncode = -number  # waited for already
            running.result()
        self.assertEqual([path.name for path in self.folder.glob("core*") if path.stat().st_uid != NOBODY], [])

    def core_of(self, pid, number):
        """Whether the process, ended by the signal, left a core."""
        os.kill(pid, number)
        _, status = os.waitpid(pid, 0)
        self.assertEqual(os.WTERMSIG(status), number)
        return os.WCOREDUMP(status)


def whole_calls(lines):
    """The process and the call of each line of strace's; a call that was interrupted by another's is put together."""
    begun = {}
    for pid, call in (line.split(None, 1) for line in lines):
        if call.endswith(" <unfinished ...>"):
            begun[pid] = call.removesuffix(" <unfinished ...>")
        elif resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", call):
            yield pid, begun.pop(pid, "") + resumed.group(1)
        else:
            yield pid, call


@unittest.skipIf("ASAN_OPTIONS" in os.environ, "AddressSanitizer opens files of its own")
class Descriptors(ProgramTest):
    def test_what_it_opens_is_closed_by_exec_but_for_public_facts_that_it_reads_in_passing(self):
        model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
        for store in ("keychain", "plaintext"):
            for command in (["login"], ["status"], ["whoami", "--account"], ["refresh"], ["invoke", "-m", model, "hello"],
                            ["exec", "true"], ["logout"]):
                with self.subTest(store=store, command=command):
                    opened = self.opened_by(*command, "--store", store) if command[0] != "exec" else \
                        self.opened_by("--store", store, *command)
                    self.assertGreater(len(opened), 10)
                    inheritable = [call for call in opened if "CLOEXEC" not in call]
                    self.assertEqual([call for call in inheritable if not re.match(
                        r'openat\(AT_FDCWD, "(/dev/null", O_RDONLY|/(proc|etc|sys)/[^"]*", O_RDONLY)', call)], [])

    def opened_by(self, *command):
        """The calls by which the client, and no child of it, got descriptors."""
        trace = self.folder / "trace"
        result = self.run_program("-f", "-qq", "-o", str(trace), "-e", "trace=%desc,%network,execve,clone,clone3", LOGIN,
                                  *command, program="strace", env=asan("detect_leaks=0"))
        self.assertEqual(result.code, 0, result.stderr)
        lines = list(whole_calls(trace.read_text(errors="replace").splitlines()))
        ours, calls = {lines[0][0]}, []
        for pid, call in lines:
            if pid not in ours:
                continue
            if call.startswith("execve(") and len(calls) > 10 and "= -1" not in call:
                break  # it has become another program
            if "CLONE_THREAD" in call and (thread := re.search(r"= (\d+)$", call)):
                ours.add(thread.group(1))
            if OPENED.match(call) and "= -1" not in call and not re.match(r"fcntl\(.*F_(?!DUPFD)", call):
                calls.append(call)
        return calls

    def test_a_descriptor_that_was_given_to_us_is_not_passed_to_the_browser(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        result = self.run_program("login", "--quiet", pass_fds=(reader,))
        self.assertEqual(result.code, 0, result.stderr)
        files = self.browser.diary("started")[0]["open_files"]
        self.assertEqual([file for file in files if file.startswith(("socket:", "pipe:"))], [])


@unittest.skipUnless(os.uname().machine == "x86_64", "the number of exit_group is that of x86-64")
@unittest.skipUnless(os.getuid() == 0, "only root may look into the program")
@unittest.skipIf("ASAN_OPTIONS" in os.environ, "AddressSanitizer keeps copies of the stack")
class Memory(ProgramTest):
    """What is still in the program's memory when it is about to end: strace holds it there."""

    def setUp(self):
        super().setUp()
        self.tap = Tap(urllib.parse.urlsplit(self.sandbox.url).port)
        self.addCleanup(self.tap.close)
        here, there = urllib.parse.urlsplit(self.sandbox.url).netloc, f"127.0.0.1:{self.tap.port}"
        self.environment = {name: value.replace(here, there) for name, value in self.environment.items()}
        self.canaries = Canaries()
        self.canaries.add("API key", self.sandbox.variables["CHUTES_API_KEY"])
        self.canaries.add("client secret", self.registration["CHUTES_OAUTH_CLIENT_SECRET"])

    def ending(self, strace):
        """The client's pid once it is in exit_group(2)."""
        for child in pathlib.Path(f"/proc/{strace}/task/{strace}/children").read_text().split():
            with contextlib.suppress(OSError):
                call = pathlib.Path(f"/proc/{child}/syscall").read_text().split()[0]
                if os.readlink(f"/proc/{child}/exe") == os.path.realpath(LOGIN) and call == "231":
                    return int(child)
        return None

    def left_by(self, *command):
        """The secrets still in writable memory, as {(what, where)}."""
        running = self.start("-f", "-qq", "-o", "/dev/null", "-e", "trace=exit_group", "-e",
                             "inject=exit_group:delay_enter=10000000", LOGIN, *command, program="strace",
                             env={"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]})
        pid = eventually(lambda: self.ending(running.process.pid), "it ends")
        self.tap.teach(self.canaries)
        found = set()
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                begin, end, mode, name = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+ *(.*)", line).groups()
                if "w" in mode:
                    memory.seek(int(begin, 16))
                    content = memory.read(int(end, 16) - int(begin, 16))
                    found |= {(what, name) for secret, what in self.canaries.secrets.items()
                              if secret.encode() in content}
        running.close()  # and with strace goes what holds the client
        running.result()
        return found

    def test_no_secret_is_left_in_memory_when_a_command_has_done_its_work(self):
        for store in ("keychain", "plaintext"):
            for command in (["login"], ["whoami"], ["refresh"], ["token"], ["balance"], ["logout"]):
                with self.subTest(store=store, command=command):
                    self.assertEqual(self.left_by(*command, "--store", store), set())
        self.assertLessEqual({"access token", "refresh token", "client secret", "code", "code_verifier"},
                             set(self.canaries.secrets.values()))


if __name__ == "__main__":
    unittest.main()
