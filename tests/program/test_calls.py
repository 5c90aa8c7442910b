"""Calling the cords of chutes: bodies of every kind, answers into files, and the fields of a chute."""

import base64
import contextlib
import json
import os
import pty
import subprocess
import unittest

from harness import LOGIN, PATIENCE, ProgramTest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Calls(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")

    def call(self, *arguments, **options):
        return self.run_program("invoke", "echo", *arguments, **options)

    def test_images_inside_json_are_written_beside_it(self):
        place = self.folder / "out"
        place.mkdir()
        data = base64.b64encode(PNG).decode()
        body = json.dumps({"seed": 7, "images": [f"data:image/png;base64,{data}", data]})
        result = self.call("/echo", "-d", body, "-o", f"{place}/")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(json.loads((place / "echo.json").read_text())["echo"]["seed"], 7)
        self.assertEqual([(place / name).read_bytes() for name in ("echo.png", "echo-2.png")], [PNG, PNG])
        self.assertEqual(len(result.stderr.splitlines()), 3)

    def test_a_file_named_like_a_picture_is_given_the_picture_inside(self):
        data = base64.b64encode(PNG).decode()
        result = self.call("/echo", "-f", f"image={data}", "-o", str(self.folder / "cat.png"), "--json")
        self.assertEqual(result.json, {"path": str(self.folder / "cat.png"), "bytes": len(PNG),
                                       "content_type": "image/png"})
        self.assertEqual((self.folder / "cat.png").read_bytes(), PNG)

    def test_a_file_that_cannot_be_made_is_named_before_the_call_is_made(self):
        def calls():
            return [entry for entry in self.sandbox.log() if entry["method"] == "POST"]
        before = calls()
        for place, reason in (("/nowhere/cat.png", "No such file or directory"), ("/nowhere/", "No such file or directory"),
                              (str(self.folder), "Is a directory"), ("/dev/null/cat.png", "Not a directory")):
            with self.subTest(place):
                result = self.call("/echo", "-f", "prompt=x", "-o", place)
                self.assert_fails(result, 2, f"{place}: {reason}", "-o")
        self.assertEqual(calls(), before)
        self.assertEqual(self.call("/echo", "-f", "prompt=x", "-o", "/dev/null").code, 0)
        self.assertNotEqual(calls(), before)

    def test_a_form_is_sent_as_one_and_refused_by_a_cord_of_json(self):
        result = self.call("/echo", "-f", "a=b", "-H", "Content-Type: application/x-www-form-urlencoded", "--dry-run")
        self.assertTrue(result.stdout.endswith("Content-Type: application/x-www-form-urlencoded\n\na=b\n"), result.stdout)
        refusal = self.call("/echo", "-f", "a=b", "-H", "Content-Type: application/x-www-form-urlencoded")
        self.assert_fails(refusal, 6, "Invalid request JSON")

    def test_many_bytes_arrive_whole_in_a_file(self):
        target = self.folder / "bytes.bin"
        result = self.call("/bytes", "-F", "size=5000000", "-o", str(target))
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(target.stat().st_size, 5_000_000)
        self.assertIn(f"4.8 MiB to {target} (application/octet-stream)", result.stderr)

    def test_a_large_download_shows_how_far_it_is_on_a_terminal(self):
        target = self.folder / "bytes.bin"
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "rb", buffering=0) as screen:
            running = subprocess.Popen([LOGIN, "invoke", "echo", "/bytes", "-F", "size=20000000", "-o", str(target)],
                                       env={**self.environment, "TERM": "xterm"}, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=theirs)
            os.close(theirs)
            self.addCleanup(running.stdout.close)
            shown = b""
            with contextlib.suppress(OSError):  # Linux's way to say that nobody holds the other end any more
                while piece := screen.read(4096):
                    shown += piece
            self.assertEqual(running.wait(PATIENCE), 0, shown)
        self.assertRegex(shown.decode(), r"Receiving \d+\.\d MiB")
        self.assertIn(f"19.1 MiB to {target} (application/octet-stream)", shown.decode())
        self.assertEqual(running.stdout.read(), b"")

    def test_show_tells_what_the_cords_of_a_chute_want(self):
        result = self.run_program("chutes", "show", "FLUX.1-schnell")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("POST /generate, answers image/jpeg\n  prompt: string", result.stdout)
        self.assertEqual(self.run_program("chutes", "show", "--help").code, 0)
        self.assert_fails(self.run_program("chutes", "show"), 2, "hint:")
        self.assert_fails(self.run_program("chutes", "show", "nothing-of-that-name"), 6, "nothing-of-that-name")
        shown = self.run_program("chutes", "show", "FLUX.1-schnell", "--json").json
        self.assertIn("input_schema", shown["cords"][0])

    def test_the_list_of_chutes_is_filtered_and_asks_without_a_credential(self):
        result = self.run_program("chutes", "flux")
        self.assertIn("FLUX.1-schnell", result.stdout)
        self.assertNotIn("DeepSeek", result.stdout)
        self.assertEqual(self.sandbox.log("/chutes/")[-1]["credential"], "none")


if __name__ == "__main__":
    unittest.main()
