"""Somebody with all rights over the database damages the trail, in each way there is: the first wrong entry is named."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from psycopg.rows import dict_row

from egide.cli.main import main
from egide.cluster import Cluster
from egide.web.audit import checkpoints
from egide.web.audit.chain import link
from egide.web.audit.verify import ENTRIES, Wrong, verify, verify_new
from tests.web.conftest import SECRET

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()
COUNT = 12


def append(db: psycopg.Connection[Any], n: int) -> None:
    entry = {
        "action": "read", "actor": n, "role": "prosecutor", "object_kind": "case", "object_id": f"c{n}", "case": n,
        "groups": ["identity"], "event": f"00000000-0000-0000-0000-{n:012d}",
    }  # fmt: skip
    if n % 4 == 0:
        entry |= {"text": f"words {n}", "salt": secrets.token_hex(16)}
    db.execute("SELECT egide_audit_append(%s::jsonb)", [json.dumps([entry])])


@pytest.fixture(scope="module")
def bare(_full_template: str) -> str:
    """A template with every table and nobody in it."""
    return _full_template


@pytest.fixture(scope="module")
def trail(cluster: Cluster, bare: str) -> Iterator[str]:
    """A template: twelve entries, words at each fourth, checkpoints at 5 and 10."""
    url = cluster.create_database("template_trail", template=bare)
    with psycopg.connect(url, autocommit=True) as db:
        for n in range(1, COUNT + 1):
            append(db, n)
            if n in (5, 10):
                assert checkpoints.sign(db, KEY) is not None
    yield "template_trail"
    cluster.drop_database("template_trail")


@pytest.fixture(scope="module")
def shared(cluster: Cluster, trail: str) -> Iterator[str]:
    """A copy whose damage is rolled back after each test."""
    yield cluster.create_database("trail_shared", template=trail)
    cluster.drop_database("trail_shared")


@pytest.fixture
def db(shared: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody who has switched every trigger off."""
    with psycopg.connect(shared) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        yield connection
        connection.rollback()


@pytest.fixture
def url(cluster: Cluster, trail: str) -> Iterator[str]:
    """A copy of its own, for a command that connects by itself."""
    name = f"trail_{secrets.token_hex(4)}"
    yield cluster.create_database(name, template=trail)
    cluster.drop_database(name)


@pytest.fixture
def there(url: str) -> Iterator[psycopg.Connection[Any]]:
    """The same person in that copy; what is done is done."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def wrong(db: psycopg.Connection[Any], **how: Any) -> tuple[int, str]:
    """Number and kind of the first wrong entry."""
    found = verify(db, keys=[PUBLIC], **how).wrong
    assert isinstance(found, Wrong), "nothing was noticed"
    return found.seq, found.what


def entries(db: psycopg.Connection[Any], first: int) -> list[dict[str, Any]]:
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(ENTRIES, [first]).fetchall()


def hash_anew(db: psycopg.Connection[Any], first: int) -> None:
    """What a careful forger does: every hash from `first` on, and the end of the chain."""
    rows = entries(db, 1)
    previous = bytes(32)
    for row in rows:
        if row["seq"] >= first:
            row["hash"] = link(previous, row)
            db.execute(
                "UPDATE audit_entry SET previous = %s, hash = %s WHERE seq = %s", [previous, row["hash"], row["seq"]]
            )
        previous = bytes(row["hash"])
    db.execute("UPDATE audit_head SET seq = %s, hash = %s", [rows[-1]["seq"], previous])


def test_an_untouched_trail_holds(db: psycopg.Connection[Any]) -> None:
    seen: list[tuple[int, int]] = []
    result = verify(db, keys=[PUBLIC], progress=lambda done, of: seen.append((done, of)))
    assert result.wrong is None
    assert (result.count, result.last, result.texts, result.erased) == (COUNT, COUNT, 3, 0)
    assert (result.fitting, result.unchecked) == (2, 0)
    assert seen[-1] == (COUNT, COUNT)


def test_an_empty_trail_holds(cluster: Cluster, bare: str) -> None:
    url = cluster.create_database("trail_empty", template=bare)
    with psycopg.connect(url, autocommit=True) as db:
        assert verify(db).wrong is None
    cluster.drop_database("trail_empty")


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 99", "agency = 1", "role = 'x'", "action = 'list'", "object_kind = 'x'", "object_id = 'x'",
        '"case" = 99', "rule = 'PR-01'", "groups = '[]'", "event = gen_random_uuid()", "parent = gen_random_uuid()",
        "at = at - interval '1 microsecond'", "text_hash = sha256('x')", "hash = sha256('x')",
    ],
)  # fmt: skip
def test_a_changed_field_is_found_whichever_it_is(change: str, db: psycopg.Connection[Any]) -> None:
    db.execute(f"UPDATE audit_entry SET {change} WHERE seq = 7")  # type: ignore[call-overload]
    assert wrong(db) == (7, "changed")


def test_an_entry_changed_and_hashed_anew_is_found_by_the_next(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 7")
    row = entries(db, 7)[0]
    db.execute("UPDATE audit_entry SET hash = %s WHERE seq = 7", [link(bytes(row["previous"]), row)])
    assert wrong(db) == (7, "changed")


def test_the_last_entry_changed_and_hashed_anew_is_found_by_the_end_of_the_chain(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 12")
    row = entries(db, 12)[0]
    db.execute("UPDATE audit_entry SET hash = %s WHERE seq = 12", [link(bytes(row["previous"]), row)])
    assert wrong(db) == (12, "changed")


def test_a_broken_link_is_found(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_entry SET previous = sha256('x') WHERE seq = 1")
    assert wrong(db) == (1, "changed")


def test_a_deleted_entry_is_found(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_entry WHERE seq = 4")
    assert wrong(db) == (4, "deleted")


def test_deleted_entries_are_counted(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_entry WHERE seq BETWEEN 4 AND 6")
    found = verify(db, keys=[PUBLIC]).wrong
    assert found is not None
    assert found.sentence == "entries 4 to 6 were deleted"


def test_a_deleted_beginning_is_found(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_entry WHERE seq = 1")
    assert wrong(db) == (1, "deleted")


def test_a_hole_that_was_closed_by_numbering_anew_is_found(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_entry WHERE seq = 6")
    for n in range(7, COUNT + 1):
        db.execute("UPDATE audit_entry SET seq = %s WHERE seq = %s", [n - 1, n])
    assert wrong(db) == (6, "reordered")


@pytest.mark.parametrize(("one", "other"), [(6, 7), (2, 9), (11, 12)])
def test_entries_that_changed_places_are_found(one: int, other: int, db: psycopg.Connection[Any]) -> None:
    for was, becomes in ((one, -1), (other, one), (-1, other)):
        db.execute("UPDATE audit_entry SET seq = %s WHERE seq = %s", [becomes, was])
    assert wrong(db) == (one, "reordered")


def test_an_end_that_was_cut_off_is_found_by_the_end_of_the_chain(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_entry WHERE seq > 10")
    assert wrong(db) == (11, "truncated")


def test_an_end_that_was_cut_off_and_denied_is_found_by_a_checkpoint(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_entry WHERE seq > 8")
    db.execute("UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit_entry WHERE seq = 8)")
    assert wrong(db) == (9, "truncated")


def test_an_end_cut_off_with_its_checkpoints_is_found_by_those_kept_outside(db: psycopg.Connection[Any]) -> None:
    kept = checkpoints.stored(db)
    db.execute("DELETE FROM audit_entry WHERE seq > 8")
    db.execute("UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit_entry WHERE seq = 8)")
    db.execute("DELETE FROM audit_checkpoint WHERE seq > 8")
    assert verify(db, keys=[PUBLIC]).wrong is None  # why checkpoints are kept outside
    assert wrong(db, outside=kept) == (9, "truncated")


def test_a_trail_emptied_as_a_whole_is_found_by_a_checkpoint_kept_outside(db: psycopg.Connection[Any]) -> None:
    kept = checkpoints.stored(db)
    db.execute("TRUNCATE audit_entry, audit_audittext, audit_checkpoint")
    db.execute("UPDATE audit_head SET seq = 0, hash = %s", [bytes(32)])
    assert wrong(db, outside=kept) == (1, "truncated")


def test_entries_added_behind_the_back_of_the_chain_are_found(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_head SET seq = 11, hash = (SELECT hash FROM audit_entry WHERE seq = 11)")
    assert wrong(db) == (12, "changed")


def test_a_chain_without_its_end_is_no_chain(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_head")
    assert wrong(db)[1] == "changed"


def test_a_chain_hashed_anew_from_one_entry_on_is_found_by_the_next_checkpoint(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 7")
    hash_anew(db, 7)
    found = verify(db, keys=[PUBLIC]).wrong
    assert found is not None
    assert (found.seq, found.what) == (6, "rewritten")
    assert found.sentence.startswith("entries 6 to 10 were written anew")


def test_a_forger_who_also_mends_the_checkpoints_cannot_sign_them(db: psycopg.Connection[Any]) -> None:
    kept = checkpoints.stored(db)
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 7")
    hash_anew(db, 7)
    db.execute("UPDATE audit_checkpoint SET hash = (SELECT hash FROM audit_entry WHERE seq = 10) WHERE seq = 10")
    assert wrong(db) == (10, "checkpoint")
    assert wrong(db, outside=kept) == (6, "rewritten")


def test_a_deleted_checkpoint_is_missed_by_those_kept_outside(db: psycopg.Connection[Any]) -> None:
    kept = checkpoints.stored(db)
    db.execute("DELETE FROM audit_checkpoint WHERE seq = 5")
    assert wrong(db, outside=kept) == (5, "checkpoint")


def test_a_checkpoint_dated_otherwise_does_not_bear_its_signature(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_checkpoint SET at = at - interval '1 day' WHERE seq = 5")
    assert wrong(db) == (5, "checkpoint")


def test_changed_words_are_found(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_audittext SET text = 'other words' WHERE entry_seq = 8")
    assert wrong(db) == (8, "text_changed")


def test_words_put_to_an_entry_that_had_none_are_found(db: psycopg.Connection[Any]) -> None:
    db.execute("INSERT INTO audit_audittext (entry_seq, salt, text) VALUES (7, sha256('x'), 'words')")
    assert wrong(db) == (7, "text_changed")


def test_erased_words_are_no_damage(db: psycopg.Connection[Any]) -> None:
    db.execute("DELETE FROM audit_audittext WHERE entry_seq = 8")
    result = verify(db, keys=[PUBLIC])
    assert (result.wrong, result.texts, result.erased) == (None, 2, 1)


def test_the_first_wrong_entry_is_named_though_later_ones_are_wrong_too(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq IN (4, 9)")
    db.execute("DELETE FROM audit_entry WHERE seq = 11")
    assert wrong(db) == (4, "changed")


def test_reading_can_begin_later_and_takes_what_stands_before_as_given(db: psycopg.Connection[Any]) -> None:
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 4")
    assert verify(db, start=6, keys=[PUBLIC]).wrong is None
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 9")
    assert wrong(db, start=6) == (9, "changed")


def test_what_is_new_is_verified_before_it_is_signed(db: psycopg.Connection[Any]) -> None:
    assert verify_new(db, PUBLIC).wrong is None
    db.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 11")
    found = verify_new(db, PUBLIC).wrong
    assert found is not None
    assert found.seq == 11


def test_nothing_is_signed_twice(db: psycopg.Connection[Any]) -> None:
    made = checkpoints.sign(db, KEY)
    assert made is not None
    assert made.seq == COUNT
    assert checkpoints.sign(db, KEY) is None


def test_a_signature_holds_for_its_own_words_only() -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    plain = checkpoints.Checkpoint(7, bytes(32), datetime(2030, 1, 1, tzinfo=UTC), b"", checkpoints.key_id(PUBLIC))
    good = replace(plain, signature=KEY.sign(plain.signed))
    assert good.is_signed_by(PUBLIC)
    assert checkpoints.from_line(good.line()) == good
    for other in (
        replace(good, seq=8),
        replace(good, hash=bytes([1]) * 32),
        replace(good, at=good.at + timedelta(seconds=1)),
        replace(good, signature=bytes(64)),
    ):
        assert not other.is_signed_by(PUBLIC)
    assert not good.is_signed_by(Ed25519PrivateKey.generate().public_key())


# The command


@pytest.fixture
def told(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a person at a terminal."""
    monkeypatch.setenv("EGIDE_DATABASE_URL", url)
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path))
    monkeypatch.setenv("EGIDE_SECRET_KEY", SECRET)
    monkeypatch.setenv("EGIDE_AUDIT_KEY", base64.b64encode(KEY.private_bytes_raw()).decode())


@pytest.mark.usefixtures("told")
def test_the_command_says_that_the_trail_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    *holds, proved, after, outside = capsys.readouterr().out.splitlines()
    assert holds == [
        "12 entries, 1 to 12: each hangs on the one before.",
        "3 with personal words that fit; of 0 the words were erased.",
        "2 checkpoints fit.",
    ]
    assert proved.startswith("A cut or a change is provable up to entry 10, signed ")
    assert after.startswith("Entries 11 to 12 came after the last checkpoint: ")
    assert outside.startswith("No checkpoints from outside were given")


@pytest.mark.usefixtures("told")
def test_the_command_says_up_to_where_a_cut_is_provable_and_against_whom(
    there: psycopg.Connection[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.jsonl"
    for one in checkpoints.stored(there)[:1]:
        checkpoints.keep_outside(kept, one)
    assert main(["audit", "verify", "--checkpoints", str(kept)]) == 0
    assert "checkpoints off with the entries: up to entry 5, kept outside." in capsys.readouterr().out
    assert main(["audit", "checkpoint", "--out", str(kept)]) == 0
    assert main(["audit", "verify", "--checkpoints", str(kept)]) == 0
    said = capsys.readouterr().out
    assert "provable up to entry 12, signed " in said
    assert "That checkpoint was kept outside too" in said
    assert "came after" not in said
    monkeypatch.delenv("EGIDE_AUDIT_KEY")
    assert main(["audit", "verify"]) == 0
    assert "No signed checkpoint was checked" in capsys.readouterr().out


def test_what_came_after_the_last_checkpoint_is_what_can_be_cut_unseen(db: psycopg.Connection[Any]) -> None:
    """The limit that is told: with each minute's checkpoint it is a minute."""
    assert (proved := verify(db, keys=[PUBLIC]).proved) is not None
    assert proved.seq == 10
    db.execute("DELETE FROM audit_entry WHERE seq > 10")
    db.execute("UPDATE audit_head SET seq = 10, hash = (SELECT hash FROM audit_entry WHERE seq = 10)")
    assert verify(db, keys=[PUBLIC]).wrong is None
    db.execute("DELETE FROM audit_entry WHERE seq = 10")
    db.execute("UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit_entry WHERE seq = 9)")
    assert wrong(db) == (10, "truncated")


@pytest.mark.usefixtures("told")
def test_the_command_names_the_first_wrong_entry_and_ends_with_1(
    there: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    there.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 7")
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "The audit trail does not hold: entry 7 was changed: it no longer gives its hash.",
        "Entries 1 to 6 were read and fit.",
    ]


@pytest.mark.usefixtures("told")
def test_checkpoints_kept_in_a_file_prove_what_the_database_denies(
    there: psycopg.Connection[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.jsonl"
    assert main(["audit", "checkpoint", "--out", str(kept)]) == 0
    assert kept.read_text() == capsys.readouterr().out
    assert main(["audit", "checkpoint", "--out", str(kept)]) == 0  # nothing new: no second line
    assert len(kept.read_text().splitlines()) == 1
    there.execute("TRUNCATE audit_entry, audit_audittext, audit_checkpoint")
    there.execute("UPDATE audit_head SET seq = 0, hash = %s", [bytes(32)])
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "verify", "--checkpoints", str(kept)]) == 1
    assert "entries 1 to 12 are missing" in capsys.readouterr().out


@pytest.mark.usefixtures("told")
def test_nothing_is_signed_over_a_trail_that_does_not_hold(
    there: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    there.execute("UPDATE audit_entry SET actor_id = 99 WHERE seq = 12")
    assert main(["audit", "checkpoint"]) == 1
    assert "nothing was signed" in capsys.readouterr().err
    assert len(checkpoints.stored(there)) == 2


@pytest.mark.usefixtures("told")
def test_whoever_verifies_needs_the_public_key_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "key"]) == 0
    public = capsys.readouterr().out.strip()
    monkeypatch.delenv("EGIDE_AUDIT_KEY")
    assert main(["audit", "verify"]) == 0
    assert "2 signatures not checked: no key given" in capsys.readouterr().out
    pem = tmp_path / "public.pem"
    pem.write_bytes(PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for given in (public, str(pem)):
        assert main(["audit", "verify", "--public-key", given]) == 0
        assert "2 checkpoints fit." in capsys.readouterr().out


@pytest.mark.usefixtures("told")
def test_a_key_may_stand_in_a_pem_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("EGIDE_AUDIT_KEY", str(pem))
    assert main(["audit", "key"]) == 0
    assert capsys.readouterr().out.strip() == checkpoints.shown(PUBLIC)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("arguments", "key", "sentence"),
    [
        (["checkpoint"], "", "EGIDE_AUDIT_KEY is not set"),
        (["checkpoint"], "not a key", "EGIDE_AUDIT_KEY is no Ed25519 key"),
        (["verify", "--public-key", "nowhere.pem"], "", "--public-key: This is no Ed25519 public key"),
        (["verify", "--from", "0"], "", "entries are numbered from 1"),
        (["verify", "--checkpoints", "nowhere"], "", "nowhere: No such file or directory"),
    ],
)
def test_what_cannot_be_done_ends_in_a_sentence_and_2(
    arguments: list[str], key: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EGIDE_AUDIT_KEY", key)
    assert main(["audit", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert key == "" or key not in said.replace(sentence, "")


@pytest.mark.usefixtures("told")
def test_a_line_that_is_no_checkpoint_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept"
    for line in ("{}", "no json", '{"seq": "x", "hash": "", "at": "", "signature": "", "key_id": ""}', "[1]"):
        kept.write_text(f"\n{line}\n")
        assert main(["audit", "verify", "--checkpoints", str(kept)]) == 2
        assert f"{kept}, line 2: this is no checkpoint." in capsys.readouterr().err
