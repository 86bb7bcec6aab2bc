"""What a proven statement may use is what PostgreSQL's own catalogs call harmless."""

import os
from pathlib import Path

import pytest

import freehold
from freehold.database import embedded_postgres
from freehold.proof.sql import allowed
from generated.runtime.database import sql_vocabulary
from tests.proof import catalog
from tests.proof.catalog import Catalog

SQL = Path(freehold.__file__).parent / "proof" / "sql"


@pytest.fixture(scope="module")
def derived(server: embedded_postgres.Server) -> Catalog:
    return catalog.read_catalog(server.url("postgres"))


@pytest.mark.long
@pytest.mark.parametrize("name", ["functions", "operators", "types"])
def test_a_list_is_what_the_catalogs_say(derived: Catalog, name: str) -> None:
    """With FREEHOLD_ACCEPT=1 it is written."""
    words = getattr(derived, name)
    if os.environ.get("FREEHOLD_ACCEPT"):
        (SQL / f"{name}.txt").write_text("".join(f"{word}\n" for word in sorted(words)), "utf-8")
        allowed.functions.cache_clear()

    assert sorted(getattr(allowed, name)()) == sorted(words)


def test_no_function_is_volatile_but_one_without_a_trace(derived: Catalog) -> None:
    assert allowed.functions() & derived.volatile == catalog.FRESH


def test_functions_that_read_or_change_more_than_their_arguments_are_missing() -> None:
    harmful = """
        set_config current_setting nextval currval pg_advisory_lock pg_read_file query_to_xml table_to_xml
        database_to_xml lo_import lo_get dblink crosstab pg_sleep pg_notify random clock_timestamp version
        statement_timestamp timeofday ts_stat ts_rewrite txid_current current_database has_table_privilege
        pg_typeof format_type obj_description to_regclass inet_client_addr pg_backend_pid json_populate_record
    """
    assert allowed.functions() & set(harmful.split()) == set()


def test_the_list_differs_from_that_of_the_service_in_what_is_known_to_be_harmless() -> None:
    """Both are derived on their own."""
    of_service = sql_vocabulary.FUNCTIONS

    assert allowed.functions() - of_service == {"timezone"}, "AT TIME ZONE is this function in a parse tree"
    assert of_service - allowed.functions() == {"enum_send", "to_ascii"}
    assert allowed.operators() == sql_vocabulary.OPERATORS
