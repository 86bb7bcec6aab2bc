"""Several who need the server of one folder at the same time."""

from pathlib import Path

from freehold.database.embedded_postgres import running
from tests.database.embedded_postgres.programs import Start, line
from tests.database.embedded_postgres.support import ask, exists, is_over, postmaster


def test_the_second_attaches_and_leaves_the_server_to_the_first(cluster: Path, start: Start) -> None:
    first = start(cluster)
    assert line(first) == "running"
    pid = postmaster(cluster)
    with running(cluster, {"work_mem": "7MB"}) as server:
        assert ask(server, "SHOW work_mem") == "4MB"
        assert postmaster(cluster) == pid
    with running(cluster) as server:
        assert ask(server, "SELECT 1") == 1
    first.communicate()
    assert not exists(pid)
    assert is_over(cluster)


def test_of_many_that_start_at_once_on_an_empty_folder_all_get_the_same_server(
    tmp_path: Path, start: Start
) -> None:
    data = tmp_path / "data"
    starters = [start(data) for _ in range(3)]
    assert [line(starter) for starter in starters] == ["running"] * 3
    pid = postmaster(data)
    for starter in starters:
        assert starter.communicate()[0] == "stopped\n"
    assert not exists(pid)
    assert is_over(data)
