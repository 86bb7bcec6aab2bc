"""What a statement may use of PostgreSQL: functions, operators and types. Everything else is rejected.

The functions and operators are built into PostgreSQL 14 to 18. They change nothing, and they read no
session, no table, no file and no clock but that of `now()`. What a project needs besides is `functions` of
`[tool.freehold]` in pyproject.toml (`project_functions.py`).
"""

from typing import Final

FUNCTIONS: Final = frozenset(
    """
    abbrev abs acos acosd acosh area array_agg array_append array_cat array_dims array_fill array_length
    array_lower array_ndims array_position array_positions array_prepend array_remove array_replace
    array_to_json array_to_string array_to_tsvector array_upper ascii asin asind asinh atan atan2 atan2d
    atand atanh avg bit bit_and bit_count bit_length bit_or bit_xor bool bool_and bool_or box bpchar
    broadcast btrim cardinality cash_words cbrt ceil ceiling center char char_length character_length chr
    cidr circle concat concat_ws convert convert_from convert_to corr cos cosd cosh cot cotd count covar_pop
    covar_samp cume_dist date date_bin date_part date_trunc datemultirange daterange daterange_canonical
    daterange_subdiff decode degrees dense_rank dexp diagonal diameter div dlog1 dlog10 dround dtrunc encode
    enum_first enum_last enum_range enum_send every exp extract factorial family first_value float4 float8
    floor format gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte height host
    hostmask initcap int2 int4 int4inc int4multirange int4range int4range_canonical int4range_subdiff int8
    int8_sum int8multirange int8range int8range_canonical int8range_subdiff interval is_normalized isclosed
    isempty isfinite ishorizontal isopen isparallel isperp isvertical json_agg json_array_elements
    json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text
    json_extract_path json_extract_path_text json_object json_object_agg json_object_keys json_strip_nulls
    json_to_record json_to_recordset json_to_tsvector json_typeof jsonb_agg jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
    jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg
    jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz
    jsonb_path_query jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first
    jsonb_path_query_first_tz jsonb_path_query_tz jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
    jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours
    justify_interval lag last_value lcm lead left length like like_escape line ln log log10 lower lower_inc
    lower_inf lpad lseg ltrim macaddr macaddr8 macaddr8_set7bit make_date make_interval make_time
    make_timestamp make_timestamptz masklen max md5 min min_scale mod mode money multirange netmask network
    normalize notlike now npoints nth_value ntile num_nonnulls num_nulls numeric numeric_div_trunc
    numeric_exp numeric_inc numeric_ln numeric_log numeric_sqrt nummultirange numnode numrange
    numrange_subdiff octet_length overlaps overlay parse_ident path pclose percent_rank percentile_cont
    percentile_disc phraseto_tsquery pi plainto_tsquery point polygon popen position pow power querytree
    quote_ident quote_literal quote_nullable radians radius range_agg range_intersect_agg range_merge rank
    regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse
    right round row_number row_to_json rpad rtrim scale set_bit set_byte set_masklen setweight sha224 sha256
    sha384 sha512 sign similar_escape similar_to_escape sin sind sinh slope split_part sqrt starts_with
    stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strip strpos substr substring
    sum tan tand tanh text textlen time timestamp timestamptz timetz to_ascii to_char to_date to_hex to_json
    to_jsonb to_number to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim_array
    trim_scale trunc ts_delete ts_filter ts_headline ts_rank ts_rank_cd tsmultirange tsquery_phrase tsrange
    tsrange_subdiff tstzmultirange tstzrange tstzrange_subdiff tsvector_to_array unistr unnest upper
    upper_inc upper_inf var_pop var_samp varbit varchar variance websearch_to_tsquery width width_bucket xml
    xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlagg xmlcomment xmlexists
    xpath xpath_exists
    """.split()  # noqa: SIM905 - one name a line would be 400 lines
)
"""Functions whose every variant is immutable or stable (`pg_proc.provolatile`), and `gen_random_uuid()`."""

OPERATORS: Final = frozenset(
    """
    !! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- / < <-> << <<=
    <<| <= <> <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~*
    ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*
    """.split()  # noqa: SIM905 - as above
)
"""Operators by their symbol."""

SYNTAX: Final = frozenset(
    """
    all and any array as between by case cast coalesce conflict cube distinct else end except exists extract
    filter from greatest group grouping having in intersect interval is isnull least like ilike limit not
    notnull nullif offset on or order over overlay partition position range returning rollup row rows select
    set sets similar some substring then trim union using values when where within xmlelement xmlforest
    """.split()  # noqa: SIM905 - as above
)
"""Keywords and expressions of SQL that are followed by a parenthesis and are no function of `pg_proc`."""

TYPES: Final = frozenset(
    """
    bigint bigserial bit boolean bool bpchar bytea char character cidr date daterange decimal double float
    float4 float8 inet int int2 int4 int4range int8 int8range integer interval json jsonb jsonpath macaddr
    money numeric numrange real regconfig smallint text time timestamp timestamptz timetz tsquery tsrange
    tstzrange tsvector uuid varbit varchar xml
    """.split()  # noqa: SIM905 - as above
)
"""Types that a value may be cast to.

Those of the catalog, such as `regclass`, would look up tables and roles; `regconfig` names a text search.
"""

SESSION_VALUES: Final = frozenset(
    """
    current_catalog current_role current_schema current_user session_user system_user user cmax cmin ctid
    tableoid xmax xmin
    """.split()  # noqa: SIM905 - as above
)
"""Keywords that read the session, and system columns, which tell about other transactions."""
