"""What the tests of the waiting port share: a sign-in that waits, and requests to its port."""

import contextlib
import http.client
import socket
import urllib.parse

from harness import ProgramTest, eventually

HOST = "Host: 127.0.0.1:PORT\r\n"


class Waiting(ProgramTest):
    """A sign-in whose browser has been started and whose person does nothing."""

    def waiting_login(self, *arguments, **options):
        self.browser.plan(visits=False)
        finished = len(self.browser.diary("finished"))
        running = self.start("login", *arguments, **options)
        eventually(lambda: len(self.browser.diary("finished")) > finished, "login waits for its browser")
        return running

    def start_url(self):
        return self.browser.diary("started")[-1]["url"]

    def ask(self, request):
        """Sends the request's bytes to the waiting port and returns the status of the answer."""
        with socket.create_connection(("127.0.0.1", self.ports[0]), timeout=10) as caller:
            caller.sendall(request.replace("PORT", str(self.ports[0])).encode("latin-1"))
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while chunk := caller.recv(4096):
                    answer += chunk
            return answer.split(b" ")[1].decode() if answer else ""

    def authorization_url(self):
        """Where the browser is sent to; uses the start address up."""
        address = urllib.parse.urlsplit(self.start_url())
        connection = http.client.HTTPConnection(address.netloc, timeout=10)
        connection.request("GET", address.path)
        location = connection.getresponse().headers["Location"]
        connection.close()
        return location

    @staticmethod
    def query_of(url):
        return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)

    def finish(self, running, url=None):
        """The person comes after all, and the sign-in completes."""
        self.browser.plan()
        self.browser.visit(url or self.start_url())
        result = running.result()
        self.assertEqual(result.code, 0, result.stderr)
        self.assert_nobody_listens()
