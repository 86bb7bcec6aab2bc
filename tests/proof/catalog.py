"""The functions, operators and types that a proven statement may use, derived from the catalogs."""

import asyncio
import re
from dataclasses import dataclass

import asyncpg

_IMMUTABLE = """
    SELECT proname FROM pg_proc p
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind <> 'p'
    GROUP BY proname
    HAVING bool_and(provolatile = 'i') AND NOT bool_or(
        EXISTS (
            SELECT FROM unnest(proargtypes::oid[] || prorettype) AS t(type) JOIN pg_type y ON y.oid = t.type
            WHERE typtype = 'p' AND typname !~ '^(any|record$)'
            OR typname ~ '^(_?aclitem|pg_|name$|xid|cid$|tid$)'
        )
        OR EXISTS (SELECT FROM pg_operator WHERE oprcode = p.oid OR oprrest = p.oid OR oprjoin = p.oid)
        OR EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid)
        OR EXISTS (
            SELECT FROM pg_aggregate
            WHERE p.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn)
        )
        OR EXISTS (SELECT FROM pg_type t WHERE p.oid IN (typsend, typreceive, typmodin, typmodout))
    )
"""
_KNOWN = """
    SELECT proname, bool_or(provolatile = 'v') FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY proname
"""
_OPERATORS = """
    SELECT oprname FROM pg_operator JOIN pg_proc p ON p.oid = oprcode
    WHERE oprnamespace = 'pg_catalog'::regnamespace GROUP BY oprname HAVING bool_and(provolatile <> 'v')
"""
_TYPES = """
    SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace
    AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' AND typname !~ '^(reg|pg_|_)'
"""

# These depend on the time zone, the form of dates or a dictionary as well, and on nothing else.
DEPENDENT = frozenset(
    """
    array_to_json array_to_string concat concat_ws convert convert_from convert_to date date_part
    date_trunc enum_first enum_last enum_range extract format generate_series json_agg json_build_array
    json_build_object json_object_agg json_to_record json_to_recordset json_to_tsvector jsonb_agg
    jsonb_build_array jsonb_build_object jsonb_object_agg jsonb_path_exists_tz jsonb_path_match_tz
    jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz jsonb_to_record
    jsonb_to_recordset jsonb_to_tsvector length make_timestamptz money now numeric overlaps
    phraseto_tsquery plainto_tsquery quote_literal quote_nullable row_to_json time timestamp timestamptz
    timetz timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector
    transaction_timestamp ts_headline websearch_to_tsquery xml xml_is_well_formed
    """.split()  # noqa: SIM905 - one name a line would be long
)
# These implement an operator or a cast, and are documented as functions too.
DOCUMENTED = frozenset(
    """
    array_append array_cat array_prepend bpchar isempty json_extract_path json_extract_path_text
    jsonb_extract_path jsonb_extract_path_text like max min notlike range_merge starts_with text
    tsquery_phrase varchar
    """.split()  # noqa: SIM905 - one name a line would be long
)
# This one is volatile, and nothing else can see what it does.
FRESH = frozenset({"gen_random_uuid"})
# These are immutable by their declaration, and about the server or the catalogs.
_ABOUT_THE_SERVER = re.compile(
    r"pg_.*|txid_.*|.*_validator|satisfies_hash_partition|version|.*_xml.*schema|xmlvalidate|ts_lexize|oid"
)
# These are new in PostgreSQL 15 to 18: in PostgreSQL 14, a project could have functions with these names.
NEWER = frozenset(
    """
    any_value array_reverse array_sort bytea casefold crc32 crc32c erf erfc gamma icu_unicode_version
    jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict lgamma regexp_count
    regexp_instr regexp_like regexp_substr to_bin to_oct unicode_assigned unicode_version
    uuid_extract_timestamp uuid_extract_version xmltext
    """.split()  # noqa: SIM905 - one name a line would be long
)
_INTERNAL_TYPES = frozenset(
    {"aclitem", "char", "cid", "gtsvector", "name", "oid", "refcursor", "tid", "txid_snapshot", "xid", "xid8"}
)


@dataclass(frozen=True)
class Catalog:
    """What a server has."""

    functions: frozenset[str]
    operators: frozenset[str]
    types: frozenset[str]
    volatile: frozenset[str]
    """The functions of which a variant is volatile."""


def read_catalog(url: str) -> Catalog:
    """Derive the lists from a running server."""
    return asyncio.run(_read(url))


async def _read(url: str) -> Catalog:
    connection = await asyncpg.connect(url)
    try:
        immutable, operators, types = [
            frozenset(row[0] for row in await connection.fetch(query))
            for query in (_IMMUTABLE, _OPERATORS, _TYPES)
        ]
        known = {row[0]: row[1] for row in await connection.fetch(_KNOWN)}
    finally:
        await connection.close()
    wanted = immutable | ((DEPENDENT | DOCUMENTED | FRESH) & known.keys())
    functions = {name for name in wanted - NEWER if not _ABOUT_THE_SERVER.fullmatch(name)}
    volatile = frozenset(name for name, is_volatile in known.items() if is_volatile)
    return Catalog(frozenset(functions), operators, (types - _INTERNAL_TYPES) | {"regconfig"}, volatile)
