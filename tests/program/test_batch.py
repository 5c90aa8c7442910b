"""A batch by the built program: many requests at once, a service with bad days, a kill, a full disk, flat memory."""

import json
import os
import shutil
import signal
import subprocess
import unittest

from harness import LOGIN, PATIENCE, ProgramTest, asan, eventually

CHATS = "/v1/chat/completions"
LARGE = int(os.environ.get("CHUTES_BATCH_LINES", "10000"))


class BatchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")
        self.model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
        self.input = self.folder / "in.jsonl"
        self.output = self.folder / "out.jsonl"

    def write_lines(self, count, text="Say {}"):
        with self.input.open("w") as file:
            for number in range(1, count + 1):
                file.write(json.dumps({"custom_id": f"c{number}", "method": "POST", "url": CHATS, "body": {
                    "messages": [{"role": "user", "content": text.format(number)}]}}) + "\n")

    def arguments(self, *more):
        return ["invoke", "--batch", str(self.input), "-m", self.model, "-o", str(self.output), *more]

    def batch(self, *more, **options):
        return self.run_program(*self.arguments(*more), **options)

    def results(self):
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    def served(self):
        return len(self.sandbox.log(CHATS))

    def assert_all_answered_once(self, count):
        self.assertEqual(sorted(result["custom_id"] for result in self.results()),
                         sorted(f"c{number}" for number in range(1, count + 1)))
        self.assertEqual({result["response"]["status_code"] for result in self.results()}, {200})


class Batch(BatchTest):
    def test_every_line_has_its_answer_with_usage_and_cost_and_the_sum_is_told(self):
        self.write_lines(20)
        result = self.batch()
        self.assertEqual((result.code, result.stdout), (0, ""), result.stderr)
        self.assert_all_answered_once(20)
        for line in self.results():
            said = line["response"]["body"]["choices"][0]["message"]["content"]
            self.assertIn(f"Say {line['line']}", said)
            self.assertGreater(line["response"]["body"]["usage"]["completion_tokens"], 0)
            self.assertGreater(line["cost_usd"], 0)
            self.assertTrue(line["response"]["request_id"])
        self.assertRegex(result.stderr, r"^20 lines answered, 0 failed; \d+ tokens in, \d+ out, \$0\.\d+")

    def test_ordered_results_have_the_order_of_the_lines_although_the_first_is_slow(self):
        self.write_lines(30)
        with self.sandbox.fault(f"{CHATS}@1:delay=400"):
            result = self.batch("--ordered")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual([line["line"] for line in self.results()], list(range(1, 31)))

    def test_it_filters_a_pipe_and_a_line_that_is_not_json_fails_alone(self):
        lines = [json.dumps({"model": self.model, "messages": [{"role": "user", "content": "Hi"}]}), "nonsense", ""]
        result = self.run_program("invoke", "--batch", "-", "--ordered", stdin="\n".join(lines))
        self.assert_fails(result, 10, "1 line failed", "hint:")
        first, second = map(json.loads, result.stdout.splitlines())
        self.assertEqual(first["response"]["status_code"], 200)
        self.assertEqual((second["response"], second["error"]["code"], second["line"]), (None, "usage", 2))

    def test_results_come_while_the_input_is_still_open(self):
        running = subprocess.Popen([LOGIN, "invoke", "--batch", "-", "-m", self.model], env=self.environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        for number in (1, 2):
            running.stdin.write(b'{"messages":[{"role":"user","content":"Hi"}]}\n')
            running.stdin.flush()
            self.assertEqual(json.loads(running.stdout.readline())["line"], number)
        running.stdin.close()
        self.assertEqual(running.wait(PATIENCE), 0)
        running.stdout.close()

    def test_a_busy_service_is_waited_for_with_and_without_retry_after(self):
        for faults in ((f"{CHATS}@1:status=429", f"{CHATS}@1:retry-after=1"), (f"{CHATS}@2:html=429",),
                       (f"{CHATS}@1:status=503", f"{CHATS}@3:status=502")):
            with self.subTest(faults), self.sandbox.fault(*faults):
                self.output.unlink(missing_ok=True)
                self.write_lines(6)
                result = self.batch("--jobs", "2")
                self.assertEqual(result.code, 0, result.stderr)
                self.assert_all_answered_once(6)
                self.assertIn("retr", result.stderr)

    def test_a_token_that_expires_on_the_way_is_renewed_once_and_no_line_is_dropped(self):
        self.write_lines(60)
        before = len(self.sandbox.log("/idp/token"))
        with self.sandbox.fault(f"{CHATS}:delay=100"):
            running = self.start(*self.arguments("--jobs", "4"))
            eventually(lambda: self.output.exists() and self.output.read_text().count("\n") >= 4, "the first answers")
            self.sandbox.advance(3601)
            result = running.result()
        self.assertEqual(result.code, 0, result.stderr)
        self.assert_all_answered_once(60)
        self.assertEqual(len(self.sandbox.log("/idp/token")) - before, 1)
        self.assertIn(401, {entry["status"] for entry in self.sandbox.log(CHATS)})

    def test_no_balance_ends_it_and_resume_goes_on_where_it_ended(self):
        self.write_lines(10)
        with self.sandbox.fault(f"{CHATS}@4:status=402"):
            self.assert_fails(self.batch("--jobs", "1"), 9, "--resume", "3 lines answered")
        self.assertEqual([line["line"] for line in self.results()], [1, 2, 3])
        before = self.served()
        result = self.batch("--resume")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("7 lines answered, 0 failed, 3 answered earlier", result.stderr)
        self.assertEqual(self.served() - before, 7)
        self.assert_all_answered_once(10)

    def test_a_refused_line_fails_alone_and_is_sent_again_by_resume(self):
        self.write_lines(5)
        with self.sandbox.fault(f"{CHATS}@2:status=400"):
            self.assert_fails(self.batch("--jobs", "1"), 10, "1 line failed", "--resume")
        self.assertEqual(self.results()[1]["response"]["status_code"], 400)
        self.assertEqual(self.results()[1]["error"]["code"], "service")
        self.assertEqual(self.batch("--resume").code, 0)
        self.assert_all_answered_once(5)

    def write_twins(self):
        """Six lines in three pairs; a pair has one custom_id and two bodies."""
        self.input.write_text("".join(json.dumps({"custom_id": f"p{number // 2}", "messages": [
            {"role": "user", "content": f"Say {number}"}]}) + "\n" for number in range(6)))

    def test_a_custom_id_twice_is_refused_before_anything_is_sent_or_changed(self):
        self.write_twins()
        before = self.served()
        for more in ([], ["--dry-run"], ["--resume"]):
            self.assert_fails(self.batch(*more), 2, "line 2 ", "line 1", "custom_id")
        self.assertEqual((self.served(), self.output.exists()), (before, False))

    def test_a_custom_id_twice_in_a_pipe_fails_alone_and_the_results_can_be_resumed(self):
        self.write_twins()
        pipe = ["invoke", "--batch", "-", "-m", self.model, "-o", str(self.output), "--jobs", "1"]
        before = self.served()
        with self.sandbox.fault(f"{CHATS}@2:status=400"):
            self.assert_fails(self.run_program(*pipe, stdin=self.input.read_text()), 10, "4 lines failed")
        result = self.run_program(*pipe, "--resume", stdin=self.input.read_text())
        self.assert_fails(result, 10, "3 lines failed", "2 answered earlier")
        self.assertEqual(self.served() - before, 4)
        self.assertEqual(sorted(line["line"] for line in self.results() if line["response"]), [1, 3, 5])

    def test_a_refused_resume_leaves_the_failed_lines_in_the_results(self):
        self.write_lines(3)
        with self.sandbox.fault(f"{CHATS}@2:status=400"):
            self.assertEqual(self.batch("--jobs", "1").code, 10)
        before = self.output.read_bytes()
        self.write_lines(3, "Tell {}")
        self.assert_fails(self.batch("--resume"), 2, "another batch")
        self.assertEqual(self.output.read_bytes(), before)

    def test_max_cost_and_max_time_end_it(self):
        self.write_lines(50)
        self.assert_fails(self.batch("--jobs", "1", "--max-cost", "0.0000001"), 9, "--max-cost", "1 line answered")
        self.output.unlink()
        with self.sandbox.fault(f"{CHATS}:delay=20000"):
            self.assert_fails(self.batch("--max-time", "0.5"), 5, "0.5 seconds (--max-time)", "--resume")
        self.assertEqual(self.results(), [])

    def test_rate_keeps_requests_apart(self):
        self.write_lines(4)
        self.assertEqual(self.batch("--rate", "10/s").code, 0)
        times = [entry["time"] for entry in self.sandbox.log(CHATS)][-4:]
        self.assertEqual(sorted(times), times)

    def test_dry_run_counts_and_sends_nothing(self):
        self.write_lines(3)
        before = len(self.sandbox.log())
        result = self.batch("--dry-run")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("3 lines would be sent. The first request:\n\nPOST ", result.stdout)
        self.assertEqual(len(self.sandbox.log()), before)
        self.assertFalse(self.output.exists())

    def test_each_of_the_jobs_makes_one_connection(self):
        self.write_lines(80)
        result = self.batch("--jobs", "4", "-v")
        made = sum("connection reused" not in line for line in result.stderr.splitlines() if CHATS in line)
        self.assertEqual(result.code, 0, result.stderr)
        self.assertLessEqual(made, 4)


class Interrupted(BatchTest):
    def begun(self, *more):
        """A batch of 200 lines some of which are answered, and many are not."""
        self.write_lines(200)
        running = self.start(*self.arguments(*more))
        eventually(lambda: self.output.exists() and self.output.read_text().count("\n") >= 10, "ten answers")
        return running

    def assert_resumes(self):
        before = self.served()
        kept = sum(line["response"] is not None for line in self.results_that_are_whole())
        result = self.batch("--resume")
        self.assertEqual(result.code, 0, result.stderr)
        self.assert_all_answered_once(200)
        self.assertEqual(self.served() - before, 200 - kept)

    def results_that_are_whole(self):
        return [json.loads(line) for line in self.output.read_text().split("\n")[:-1]]

    def test_ctrl_c_stops_it_with_130_and_nothing_half_written(self):
        with self.sandbox.fault(f"{CHATS}:delay=30"):
            running = self.begun()
            running.signal(signal.SIGINT)
            result = running.result()
        self.assertEqual(result.code, 130, result.stderr)
        self.assertIn("--resume", result.stderr)
        self.assertTrue(self.output.read_text().endswith("\n"))
        self.assert_resumes()

    def test_a_kill_loses_only_what_was_under_way_and_a_torn_line_is_repaired(self):
        with self.sandbox.fault(f"{CHATS}:delay=30"):
            running = self.begun("--jobs", "4")
            running.signal(signal.SIGKILL)
            running.result()
        with self.output.open("a") as file:
            file.write('{"id":"batch_req_199","custom_id":"c199","respo')
        self.assert_resumes()

    def test_two_batches_cannot_write_one_file(self):
        with self.sandbox.fault(f"{CHATS}:delay=30"):
            running = self.begun()
            self.assert_fails(self.batch("--resume"), 2, str(self.output), "another process")
            running.signal(signal.SIGINT)
            running.result()

    def test_a_full_disk_is_said_at_once_and_what_was_written_is_valid(self):
        self.write_lines(200)
        full = ["bash", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$@"', "-", LOGIN, *self.arguments()]
        result = self.run_program(*full[1:], program="bash", env=asan("detect_leaks=0"))
        self.assert_fails(result, 1, str(self.output), "--resume")
        self.assertGreater(len(self.results()), 3)
        self.assertTrue(self.output.read_text().endswith("\n"))
        self.assert_resumes()


class Flat(BatchTest):
    def peak(self, count):
        """Peak memory in KiB of a batch of that many lines."""
        self.write_lines(count)
        self.output.unlink(missing_ok=True)
        pid = os.posix_spawn(LOGIN, [LOGIN, *self.arguments("--quiet", "--jobs", "4")], self.environment)
        _, status, usage = os.wait4(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertEqual(self.output.read_text().count("\n"), count)
        return usage.ru_maxrss

    @unittest.skipIf("ASAN_OPTIONS" in os.environ, "AddressSanitizer keeps what is freed")
    def test_memory_grows_by_no_more_than_an_entry_for_each_custom_id(self):
        entries = LARGE * 64 // 1024  # KiB
        small, large = self.peak(LARGE // 20), self.peak(LARGE)
        self.assertLess(large - small, 4096 + entries, f"{small} KiB for {LARGE // 20} lines, {large} KiB for {LARGE}")


@unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not installed")
class ManyMachines(BatchTest):
    def parallel(self, *options):
        """The recipe of the README, with the options that choose its machines."""
        home = {"SHELL": "/bin/bash", "PARALLEL_HOME": str(self.folder / "parallel")}
        with self.input.open() as lines, self.output.open("w") as results:
            done = subprocess.run(
                ["parallel", "--will-cite", *options, "--pipe", "-N", "10", LOGIN, "invoke", "--quiet", "--batch", "-",
                 "-m", self.model], stdin=lines, stdout=results, stderr=subprocess.PIPE, text=True, check=False,
                env={**self.environment, **home}, timeout=120)
        return done

    def test_blocks_of_lines_are_shared_out_and_the_results_can_be_resumed_as_one(self):
        self.write_lines(50)
        with self.sandbox.fault(f"{CHATS}@7:status=400"):
            done = self.parallel("--jobs", "3")
        self.assertEqual(done.returncode, 1, done.stderr)  # one of the blocks had a line that failed
        self.assertEqual(len(self.results()), 50)
        before = self.served()
        self.assertEqual(self.batch("--resume").code, 0)
        self.assertEqual(self.served() - before, 1)
        self.assert_all_answered_once(50)

    def test_a_machine_behind_ssh_is_another_place_for_the_same_command(self):
        """The ssh is a stand-in: it runs what parallel sends to the other machine in a shell here."""
        fake = self.folder / "ssh"
        variables = "".join(f"export {name}='{value}'\n" for name, value in self.environment.items())
        fake.write_text(f"""#!/bin/bash
export SHELL=/bin/bash
{variables}
while [[ $1 == -* ]]; do shift; done
shift
[[ $1 == -- ]] && shift
exec bash -c "$*"
""")
        fake.chmod(0o755)
        self.write_lines(40)
        done = self.parallel("--sshlogin", f"2/{fake} here", "--sshlogin", f"2/{fake} there")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_all_answered_once(40)


class Single(BatchTest):
    def test_retry_waits_for_a_busy_service_and_max_time_lets_what_came_stand(self):
        with self.sandbox.fault(f"{CHATS}@1:status=429", f"{CHATS}@1:retry-after=1"):
            result = self.run_program("invoke", "-m", self.model, "--retry", "1", "Say hello")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("1 second (1 of 1)", result.stderr)
        whole = result.stdout
        with self.sandbox.fault(f"{CHATS}:drip=2"):
            result = self.run_program("invoke", "-m", self.model, "--max-time", "1.5", "Say hello")
        self.assert_fails(result, 5, "1.5 seconds (--max-time)")
        self.assertTrue(whole.startswith(result.stdout.rstrip("\n")), result.stdout)


if __name__ == "__main__":
    unittest.main()
