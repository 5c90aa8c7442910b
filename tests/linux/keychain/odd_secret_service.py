"""A Secret Service that behaves as no keyring in its right mind would, for as long as it runs:

    odd_secret_service.py plain   offers no encrypted session
    odd_secret_service.py slow    answers its first question after two seconds and no other one
    odd_secret_service.py asks    holds one item and asks for a prompt before it deletes it, which is never answered
    odd_secret_service.py answered, dismissed   the same, and the prompt is
    odd_secret_service.py late    holds one item, and finds it only once it has been asked whether it is alive

It prints its process id once it is on the session bus, and the name of every method it is asked for.
"""

import os
import sys
import time

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

ITEM = "/org/freedesktop/secrets/collection/odd/1"
SESSION = "/org/freedesktop/secrets/session/1"
PROMPT = "/org/freedesktop/secrets/prompt/1"
PROPERTIES = {
    "org.freedesktop.Secret.Service": {"Collections": ("ao", [])},
    "org.freedesktop.Secret.Item": {
        "Locked": ("b", False), "Label": ("s", "Odd"), "Attributes": ("a{ss}", {"kind": "session"}),
        "Created": ("t", 1), "Modified": ("t", 1)},
    "org.freedesktop.Secret.Prompt": {},
}


def open_session(mode, call):
    algorithm = call.body[0]
    if algorithm == "plain":
        return new_method_return(call, "vo", (("s", ""), SESSION))
    if mode == "plain":
        return new_error(call, "org.freedesktop.DBus.Error.NotSupported", "s", ("only plain",))
    return new_method_return(call, "vo", (("ay", b"\x05" * 128), SESSION))


def answers(mode, call, put_off):
    """What is sent back to a call, in order; `put_off` keeps calls for later."""
    member = call.header.fields[HeaderFields.member]
    if mode == "late" and member == "SearchItems" and not put_off:
        put_off.append(call)
        return []
    if member == "Ping":
        return [new_method_return(call), *(answer(mode, other) for other in put_off)]
    signals = []
    if member == "Prompt" and mode in ("answered", "dismissed"):
        prompt = DBusAddress(PROMPT, interface="org.freedesktop.Secret.Prompt")
        signals.append(new_signal(prompt, "Completed", "bv", (mode == "dismissed", ("s", ""))))
    return [answer(mode, call), *signals]


def answer(mode, call):
    member = call.header.fields[HeaderFields.member]
    if member == "GetAll":
        return new_method_return(call, "a{sv}", (PROPERTIES[call.body[0]],))
    if member == "OpenSession":
        return open_session(mode, call)
    if member == "SearchItems":
        return new_method_return(call, "aoao", ([ITEM], []))
    if member == "Delete":
        return new_method_return(call, "o", ("/" if mode == "late" else PROMPT,))
    if member in ("Prompt", "Dismiss"):
        return new_method_return(call)
    return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod", "s", (member,))


def main():
    mode = sys.argv[1]
    bus = open_dbus_connection("SESSION")
    bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
    print(os.getpid(), flush=True)
    answered, put_off = 0, []
    while True:
        call = bus.receive()
        if call.header.message_type != MessageType.method_call:
            continue
        print(call.header.fields[HeaderFields.member], flush=True)
        if mode == "slow":
            if answered:
                continue
            time.sleep(2)
        for message in answers(mode, call, put_off):
            bus.send(message)
        answered += 1


main()
