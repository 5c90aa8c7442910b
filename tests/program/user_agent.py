#!/usr/bin/python3
"""A person at a browser, scripted: opens the address it is given, follows redirects, fills in the forms it meets.

    user_agent.py FOLDER URL

FOLDER/plan.json says how this person behaves (see `PLAN`); everything done and seen goes to FOLDER/diary.jsonl, a line
each. It knows nothing of the client under test but the address on its command line, as a browser would.
"""

import html.parser
import http.client
import http.cookies
import json
import os
import pathlib
import socket
import ssl
import sys
import urllib.parse

PLAN = {
    "visits": True,  # False: the browser starts, but nobody looks at it
    "fingerprint": "",  # what to type into the login form
    "answer": "allow",  # the button to press on the consent page: allow or deny
    "before_redirect_uri": [],  # raw requests sent to the listener before the true redirect, {port} filled in
    "again": 0,  # how often to reload the page the flow ended on (its redirect URI with code and state)
}


class Forms(html.parser.HTMLParser):
    """Collects a page's forms: action, method, the fields with their values, the buttons."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.found.append({"action": attributes.get("action", ""), "method": attributes.get("method", "get"),
                               "fields": {}, "buttons": []})
        elif tag in ("input", "button") and self.found and attributes.get("name"):
            is_button = tag == "button" or attributes.get("type") == "submit"
            if is_button:
                self.found[-1]["buttons"].append((attributes["name"], attributes.get("value", "")))
            else:
                self.found[-1]["fields"][attributes["name"]] = attributes.get("value", "")


class Person:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.plan = {**PLAN, **json.loads((self.folder / "plan.json").read_text())}
        self.cookies = {}

    def note(self, **facts):
        with open(self.folder / "diary.jsonl", "a", encoding="utf-8") as diary:
            diary.write(json.dumps(facts) + "\n")

    def fetch(self, url, form=None):
        """One request as a browser would make it for a page the person sees. Returns status, headers and text."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(parts.netloc, timeout=20, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html",
                   "User-Agent": "user_agent.py"}
        jar = self.cookies.get(parts.netloc, {})
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        try:
            if form is None:
                connection.request("GET", target, headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", target, body=urllib.parse.urlencode(form), headers=headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except OSError as error:
            self.note(event="no answer", url=url, error=str(error))
            return None, {}, ""
        for value in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(value).items():
                self.cookies.setdefault(parts.netloc, {})[name] = morsel.value
        self.note(event="page", method="GET" if form is None else "POST", url=url, status=response.status,
                  headers=dict(response.headers), text=text)
        return response.status, response.headers, text

    def send_strangers(self, url):
        """What others on this machine may throw at the listener while the person is still reading the consent page."""
        host, port = urllib.parse.urlsplit(url).hostname, urllib.parse.urlsplit(url).port
        for text in self.plan["before_redirect_uri"]:
            raw = text.replace("{port}", str(port)).encode("latin-1")
            with socket.create_connection((host, port), timeout=5) as stranger:
                stranger.sendall(raw)
                stranger.settimeout(5)
                answer = b""
                try:
                    while chunk := stranger.recv(4096):
                        answer += chunk
                except OSError:
                    pass
            self.note(event="stranger", sent=text, answer=answer.decode("latin-1"))

    def next_step(self, url, status, headers, text):
        """Where the person goes from this page: (url, form), or None at the end."""
        if status in (301, 302, 303, 307) and headers.get("Location"):
            return urllib.parse.urljoin(url, headers["Location"]), None
        for form in Forms(text).found:
            action = urllib.parse.urljoin(url, form["action"])
            if "fingerprint" in form["fields"] and self.plan["fingerprint"]:
                return action, {**form["fields"], "fingerprint": self.plan["fingerprint"]}
            for name, value in form["buttons"]:
                if value == self.plan["answer"]:
                    return action, {**form["fields"], name: value}
        return None

    def browse(self, url):
        if not self.plan["visits"]:
            return
        step = (url, None)
        redirect_uri = None
        for _ in range(20):
            address, form = step
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
            if "state" in query and ("code" in query or "error" in query) and redirect_uri is None:
                redirect_uri = address
                self.send_strangers(address)
            status, headers, text = self.fetch(address, form)
            if status is None:
                return
            step = self.next_step(address, status, headers, text)
            if step is None:
                break
        for _ in range(self.plan["again"]):
            self.fetch(redirect_uri)


def main():
    person = Person(sys.argv[1])
    url = sys.argv[-1]
    person.note(event="started", url=url, parameters=sys.argv[2:], environment=dict(os.environ),
                open_files=sorted(os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
                                  if os.path.exists(f"/proc/self/fd/{fd}")))
    person.browse(url)
    person.note(event="finished")


if __name__ == "__main__":
    main()
