"""A conversation with a server: requests by name, and what came back, without what differs from run to run."""

import base64
import hashlib
import html
import http.client
import json
import re
import urllib.parse

REDIRECT_URI = "http://127.0.0.1:28417/callback"
OTHER_REDIRECT_URI = "http://127.0.0.1:28418/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
HEADERS = ("content-type", "location", "set-cookie", "www-authenticate", "allow", "retry-after")

# What differs from run to run, and what stands for it; in this order.
VARYING = [
    (r"c(ak|rt)_[0-9a-f-]{36}\.[A-Za-z0-9]{48}", r"<c\1>"),
    (r"csc_[A-Za-z0-9]{48}", "<csc>"),
    (r"cid_[a-z0-9]{24}", "<cid>"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
    (r"(code=)[A-Za-z0-9]{64}\b", r"\1<code>"),
    (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<jwt>"),
    (r"\b5[1-9A-HJ-NP-Za-km-z]{47}\b", "<ss58>"),
    (r'"(exp|iat)":\s*\d{10}', r'"\1":"<epoch>"'),
    (re.escape(CHALLENGE), "<challenge>"),
]
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def without_varying(text):
    text = TIME.sub(lambda found: f"<time{'.us' if found[1] else ''}{found[2] or ''}>", text)
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


def forms_of(page):
    """The forms of a page: action, method, and the fields and buttons with their values."""
    forms = []
    for attributes, inside in re.findall(r"<form\b(.*?)>(.*?)</form>", page, re.S):
        fields = []
        for tag in re.findall(r"<(?:input|button|textarea|select)\b([^>]*)>", inside):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name:
                fields.append(name[1] + (f"={without_varying(html.unescape(value[1]))}" if value else ""))
        action = re.search(r'action="([^"]*)"', attributes)
        method = re.search(r'method="([^"]*)"', attributes)
        forms.append({"action": without_varying(html.unescape(action[1])), "method": method[1].lower(),
                      "fields": fields})
    return forms


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read().decode("utf-8", "replace")

    @property
    def json(self):
        """The body if it is an object, else an empty one: a later request then fails by its own means."""
        try:
            body = json.loads(self.text)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    def of_redirect(self, name):
        """A parameter of the Location header, or ""."""
        query = urllib.parse.urlsplit(self.headers.get("location", "")).query
        return dict(urllib.parse.parse_qsl(query)).get(name, "")

    def record(self):
        record = {"status": self.status}
        record.update({name: without_varying(self.headers[name]) for name in HEADERS if name in self.headers})
        kind = self.headers.get("content-type", "")
        if "json" in kind and self.text:
            record["body"] = json.loads(without_varying(self.text))
        elif "html" in kind:
            record["forms"] = forms_of(self.text)
        elif self.text:
            record["text"] = self.text
        return record


class Conversation:
    def __init__(self, base, accounts):
        self.address = urllib.parse.urlsplit(base).netloc
        self.accounts = accounts
        self.records = {}

    def send(self, method, path, headers=None, body=None, form=None, document=None):
        headers = dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode({name: value for name, value in form.items() if value is not None})
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if document is not None:
            body = json.dumps(document)
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.address, timeout=20)
        try:
            connection.request(method, path, body=body.encode() if body is not None else None, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def ask(self, name, method, path, *arguments, **options):
        """The same, and the answer is recorded under `name`."""
        answer = self.send(method, path, *arguments, **options)
        assert name not in self.records, f"{name} is asked twice"
        self.records[name] = answer.record()
        return answer

    def ask_list(self, name, path, headers):
        """The same for a list of apps: the record has their number and names, and one of them."""
        self.ask(name, "GET", path, headers)
        record = self.records[name]
        if isinstance(record.get("body"), dict) and isinstance(record["body"].get("items"), list):
            items = record["body"]["items"]
            record["count"] = len(items)
            names = [item["name"] for item in items if "name" in item]
            if names:
                record["order"] = names
            record["body"]["items"] = items[:1]

    def user(self, name):
        return self.accounts[name]

    def key_of(self, name, kind="admin_key"):
        return bearer(self.accounts[name][kind])


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic(name, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


DEAD_TOKEN = "cak_00000000-0000-4000-8000-000000000000." + "a" * 48
