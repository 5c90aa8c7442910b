"""Another bus's Secret Service, offered on this session's bus under a name of one's choice:

    forwarder.py ADDRESS NAME

Every call is passed on and its reply passed back, for one caller after the other.
"""

import sys

from jeepney import HeaderFields, MessageType
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

SERVICE = "org.freedesktop.secrets"


def main():
    there = open_dbus_connection(sys.argv[1])
    here = open_dbus_connection("SESSION")
    here.send_and_get_reply(message_bus.RequestName(sys.argv[2]))
    while True:
        call = here.receive()
        if call.header.message_type != MessageType.method_call:
            continue
        caller, number = call.header.fields[HeaderFields.sender], call.header.serial
        for field in (HeaderFields.sender, HeaderFields.unix_fds):
            call.header.fields.pop(field, None)
        call.header.fields[HeaderFields.destination] = SERVICE
        reply = there.send_and_get_reply(call)
        reply.header.fields.pop(HeaderFields.sender, None)
        reply.header.fields[HeaderFields.destination] = caller
        reply.header.fields[HeaderFields.reply_serial] = number
        here.send(reply)


main()
