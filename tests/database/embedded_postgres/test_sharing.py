"""Several processes share the server of one data folder."""

from pathlib import Path

from freehold.database.embedded_postgres import run_server
from tests.database.embedded_postgres.programs import Start, read_line
from tests.database.embedded_postgres.support import ask, exists, has_ended, postmaster


def test_a_second_process_attaches_and_does_not_stop_the_server(cluster: Path, start: Start) -> None:
    first = start(cluster)
    assert read_line(first) == "running"
    pid = postmaster(cluster)
    with run_server(cluster, {"work_mem": "7MB"}) as server:
        assert ask(server, "SHOW work_mem") == "4MB"
        assert postmaster(cluster) == pid
    with run_server(cluster) as server:
        assert ask(server, "SELECT 1") == 1
    first.communicate()
    assert not exists(pid)
    assert has_ended(cluster)


def test_concurrent_starts_on_an_empty_folder_share_one_server(tmp_path: Path, start: Start) -> None:
    data = tmp_path / "data"
    starters = [start(data) for _ in range(3)]
    assert [read_line(starter) for starter in starters] == ["running"] * 3
    pid = postmaster(data)
    for starter in starters:
        assert starter.communicate()[0] == "stopped\n"
    assert not exists(pid)
    assert has_ended(data)
