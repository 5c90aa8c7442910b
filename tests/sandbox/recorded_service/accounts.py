"""The accounts of the recording as a state file of the sandbox."""

import hashlib
import time

HOUR = 3600
NOTHING = {"quotas": {"*": 0}, "subscription": {"subscription": False}, "usage": []}


def usage(now):
    return [{"bucket": time.strftime("%Y-%m-%dT%H:00:00", time.gmtime(now - HOUR * hours)), "amount": 0.01, "count": 1,
             "input_tokens": 100, "output_tokens": 10} for hours in range(1, 60)]


def settings(now):
    return {
        "alice": {**NOTHING, "balance": 12.5, "usage": usage(now)},
        "bob": {**NOTHING, "balance": 0.0},
        "carol": {**NOTHING, "hotkey": None, "balance": -3.25},
        "devon": {**NOTHING, "balance": 100.0},
        "freda": {**NOTHING, "quotas": {}, "balance": 0.0},
        "sub": {"balance": 5.0, "usage": []},
    }


def digest(key):
    return hashlib.sha256(key.encode()).hexdigest()


def state_of(accounts, now):
    users = [{"user_id": account["user_id"], "username": name, "fingerprint": account["fingerprint"],
              "created_at": now - HOUR, "roles": ["unlimited_dev"] if name == "devon" else [],
              "settings": settings(now)[name]} for name, account in accounts.items()]
    keys = [{"digest": digest(account[key]), "user_id": account["user_id"], "admin": key == "admin_key",
             "scopes": [] if key == "admin_key" else ["chutes:invoke"]}
            for account in accounts.values() for key in ("admin_key", "scoped_key")]
    demo = {"client_id": "cid_" + "d" * 24, "client_secret": "csc_" + "D" * 48,
            "redirect_uris": ["http://127.0.0.1:28417/callback"], "api_key": accounts["alice"]["admin_key"]}
    return {"records": {"version": 1, "users": users, "api_keys": keys, "apps": [], "authorizations": [], "tokens": []},
            "demo": demo}
