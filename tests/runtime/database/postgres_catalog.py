"""The functions and operators that statements may use, derived from the catalog of PostgreSQL.

The lists of `runtime/database/sql_vocabulary.py` hold what PostgreSQL 14 to 18 allow. To derive them again:

    python -m tests.runtime.database.postgres_catalog postgresql://localhost:5414/postgres ...
"""

import asyncio
import re
import sys
import textwrap
from dataclasses import dataclass

import asyncpg

_UNSAFE = re.compile(
    # sessions, roles, connections and statistics of the server
    r"pg_.*|has_.*|txid_.*|inet_(client|server)_.*|current_.*|session_user|getpgusername|getdatabaseencoding"
    r"|version|row_security_active|acl.*|makeaclitem|xmlvalidate|mxid_age"
    # tables and the catalog
    r"|.*_to_xml(schema|_and_xmlschema)?|.*_description|to_reg.*|format_type|ts_(debug|parse|token_type|stat)"
    r"|get_current_ts_config|oidvectortypes|xid|oid|name|nameconcatoid|satisfies_hash_partition|json(b)?_populate_.*|.*_validator"
    # clocks other than now(); age() with one argument compares with today
    r"|statement_timestamp|clock_timestamp|timeofday|age"
)
"""Stable functions that read a session, a table, the catalog, or a clock other than now()."""
_DOCUMENTED = ("array_cat", "gen_random_uuid", "starts_with")
"""Allowed besides: functions that implement an operator, and a volatile one, which makes an identifier."""
_FUNCTIONS = """
    SELECT proname FROM pg_proc p WHERE pronamespace = 'pg_catalog'::regnamespace
    AND prokind IN ('f', 'a', 'w')
    AND NOT EXISTS (SELECT FROM unnest(proargtypes::oid[] || prorettype) t(type)
                    WHERE t.type::regtype::text
                          ~ 'internal|cstring|trigger|handler|^reg|aclitem|snapshot|refcursor'
                    AND t.type::regtype::text <> 'regconfig')
    AND coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^(implementation of|deprecated|internal)'
    AND NOT EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid)
    AND NOT EXISTS (SELECT FROM pg_type
                    WHERE p.oid IN (typinput, typoutput, typreceive, typsend, typmodin, typmodout))
    AND NOT EXISTS (SELECT FROM pg_aggregate
                    WHERE p.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn,
                                    aggmtransfn, aggminvtransfn, aggmfinalfn))
    GROUP BY proname
"""
_VOLATILE = """
    SELECT proname FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND (provolatile = 'v' OR prokind = 'p')
"""
_OPERATORS = """
    SELECT oprname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
    WHERE oprnamespace = 'pg_catalog'::regnamespace GROUP BY oprname HAVING bool_and(provolatile <> 'v')
"""


@dataclass(frozen=True)
class Vocabulary:
    """What statements may use."""

    functions: frozenset[str]
    operators: frozenset[str]


async def read_vocabulary(url: str) -> Vocabulary:
    """What one server allows."""
    connection = await asyncpg.connect(url)
    try:
        names, volatile, operators = [
            frozenset(record[0] for record in await connection.fetch(query))
            for query in (_FUNCTIONS, _VOLATILE, _OPERATORS)
        ]
    finally:
        await connection.close()
    functions = {name for name in names - volatile if not _UNSAFE.fullmatch(name)}
    return Vocabulary(frozenset(functions).union(_DOCUMENTED), operators)


def main() -> None:
    """Print what all servers allow."""
    found = [asyncio.run(read_vocabulary(url)) for url in sys.argv[1:]]
    for part in ("functions", "operators"):
        common = sorted(frozenset.intersection(*(getattr(each, part) for each in found)))
        lines = textwrap.wrap(" ".join(common), 104, break_on_hyphens=False, break_long_words=False)
        print(part, *lines, "", sep="\n")


if __name__ == "__main__":
    main()
