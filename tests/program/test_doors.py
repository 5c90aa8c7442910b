"""A sign-in from far away, on a real terminal: the printed address, the ssh line, the paste that is not shown."""

import os
import unittest
import urllib.parse
import urllib.request

from harness import PATIENCE, ProgramTest
from typist import Typist, ends_on


class Doors(ProgramTest):
    def type_at(self, *arguments, **variables):
        environment = {**self.environment, "SSH_CONNECTION": "10.0.0.2 50000 192.0.2.7 22", "USER": "ada", **variables}
        del environment["BROWSER"]
        typist = Typist(arguments, environment)
        self.addCleanup(typist.close)
        return typist

    def printed_address(self, typist):
        address = typist.read_until(r"\n  (http://\S+/idp/authorize\S+)\r").group(1)
        typist.read_until(r"Waiting for the browser")
        return address

    def test_a_redirect_that_is_pasted_signs_in_and_is_never_shown(self):
        typist = self.type_at("login")
        redirect = ends_on(self.printed_address(typist))
        self.assertRegex(typist.seen, rf"ssh -N -L {self.ports[0]}:127\.0\.0\.1:{self.ports[0]} ada@192\.0\.2\.7\r")
        self.assertFalse(typist.echoes())
        typist.type(redirect + "\n")
        self.assertEqual(typist.result(), 0, typist.seen)
        self.assertIn("Signed in as ada", typist.seen)
        self.assertNotIn(urllib.parse.parse_qs(urllib.parse.urlsplit(redirect).query)["code"][0], typist.seen)
        self.assertIsNotNone(self.keyring.session())
        self.assert_nobody_listens()

    def test_a_bad_paste_is_explained_and_a_good_one_still_signs_in(self):
        typist = self.type_at("login")
        redirect = ends_on(self.printed_address(typist))
        typist.type("nonsense\n")
        typist.read_until("not the whole address")
        typist.type(redirect.replace("state=", "state=x") + "\n")
        typist.read_until("another sign-in")
        typist.type(redirect + "\n")
        self.assertEqual(typist.result(), 0, typist.seen)

    def test_the_wait_ends_at_ctrl_c_and_at_its_limit_and_nothing_listens_any_more(self):
        for how, code in (("\x03", 130), ("wait", 4)):
            with self.subTest(how):
                typist = self.type_at("login", "--wait", "300" if how == "\x03" else "1")
                self.printed_address(typist)
                if how == "\x03":
                    typist.type(how)
                self.assertEqual(typist.result(), code, typist.seen)
                self.assert_nobody_listens()

    def test_the_echo_is_back_after_ctrl_c(self):
        typist = self.type_at("login")
        self.printed_address(typist)
        self.addCleanup(os.close, typist.hold())
        self.assertFalse(typist.echoes())
        typist.type("\x03")
        _, status = os.waitpid(typist.process, 0)
        typist.code = os.waitstatus_to_exitcode(status)
        self.assertEqual(typist.code, 130)
        self.assertTrue(typist.echoes())

    def test_a_redirect_through_a_forwarded_port_signs_in_as_well(self):
        typist = self.type_at("login")
        redirect = ends_on(self.printed_address(typist))
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(redirect, timeout=PATIENCE) as page:
            self.assertIn(b"ada", page.read())
        self.assertEqual(typist.result(), 0, typist.seen)


if __name__ == "__main__":
    unittest.main()
