"""A mail holds a reference and nothing else; a link dials a number and nothing else."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from egide.channels import mail
from egide.channels.links import sip_link, tel_link
from egide.channels.mail import Relay
from egide.channels.outcome import Result

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def a_mail() -> mail.EmailMessage:
    return mail.build(
        "salle@police.example", "egide@here.example", "Égide : 2026-118", ["Référence 2026-118."], "6f1c", AT
    )


def test_the_id_of_a_mail_is_that_of_its_message() -> None:
    assert a_mail()["Message-ID"] == "<6f1c@here.example>"


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|header|linefeed"):
        mail.build(address, "egide@here.example", "s", [], "1", AT)


class Server(socketserver.ThreadingTCPServer):
    """A mail server that answers DATA as it is told: a line, or nothing at all."""

    allow_reuse_address = True
    daemon_threads = True
    after_data = b"250 ok"
    taken: list[bytes]


class Talk(socketserver.StreamRequestHandler):
    """Enough SMTP."""

    server: Server

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    text += part
                self.server.taken.append(text)
                if not self.server.after_data:
                    return
                self.wfile.write(self.server.after_data + b"\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def smtp() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Talk) as server:
        server.taken = []
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def relay(server: Server) -> Relay:
    return Relay("127.0.0.1", server.server_address[1], "egide@here.example", tls="none")


def test_a_mail_is_handed_over_once(smtp: Server) -> None:
    assert mail.send(a_mail(), relay(smtp), 5).result is Result.DELIVERED
    assert len(smtp.taken) == 1


def test_a_server_that_refuses_has_not_got_it(smtp: Server) -> None:
    smtp.after_data = b"452 later"
    assert mail.send(a_mail(), relay(smtp), 5) == mail.Outcome(Result.REFUSED, 452)


def test_a_server_that_falls_silent_after_the_text_may_have_it(smtp: Server) -> None:
    smtp.after_data = b""
    assert mail.send(a_mail(), relay(smtp), 5).result is Result.UNCERTAIN


def test_no_mail_leaves_without_a_server_or_in_the_clear() -> None:
    assert mail.send(a_mail(), Relay("", 25, "e@h"), 1).result is Result.UNREACHABLE
    assert mail.send(a_mail(), Relay("mail.example", 25, "e@h", tls="none"), 1).result is Result.UNREACHABLE


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("01 99 00 10 06", "tel:+33199001006"),
        ("+33 1 99 00 10 06", "tel:+33199001006"),
        ("0033199001006", "tel:+33199001006"),
        ("17", "tel:17"),
        ("114", "tel:114"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_number_becomes_a_link_that_dials_it(number: str, link: str) -> None:
    assert tel_link(number) == link


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("salle@pbx.example", "sip:salle@pbx.example"),
        ("sips:a@b.example:5061", "sips:a@b.example:5061"),
        ("x y@z", ""),
        ("", ""),
    ],
)
def test_a_sip_address_becomes_a_link_or_nothing(address: str, link: str) -> None:
    assert sip_link(address) == link
