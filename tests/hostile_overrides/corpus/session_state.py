"""SQL that leaves something on the connection, run past the statement guard, and an override that looks for it."""

from tests.hostile_overrides.entry import Aim, Kind, Override

LEFT_BEHIND = {
    "a_setting_of_its_own": "SET app.note = 'the plum cake'",
    "a_setting_by_a_function": "SELECT set_config('app.note', 'the plum cake', false)",
    "a_setting_of_postgresql": "SET application_name = 'the plum cake'",
    "a_time_zone": "SET TIME ZONE 'Pacific/Auckland'",
    "a_search_path": "SET search_path = pg_temp, public",
    "a_role": "SET ROLE pg_monitor",
    "a_session_user": "SET SESSION AUTHORIZATION pg_monitor",
    "a_longer_timeout": "SET statement_timeout = 0",
    "read_only_transactions": "SET default_transaction_read_only = on",
    "an_advisory_lock": "SELECT pg_advisory_lock(4711)",
    "a_shared_advisory_lock": "SELECT pg_try_advisory_lock_shared(47, 11)",
    "a_temporary_table": "CREATE TEMPORARY TABLE kept AS SELECT 'the plum cake' AS text",
    "a_temporary_sequence": "CREATE TEMPORARY SEQUENCE kept_numbers",
    "a_temporary_view": "CREATE TEMPORARY VIEW kept_view AS SELECT 'the plum cake' AS text",
    "a_channel": "LISTEN kept",
    "a_prepared_statement": "PREPARE kept AS SELECT 'the plum cake'",
    "a_cursor": "DECLARE kept CURSOR WITH HOLD FOR SELECT 'the plum cake'",
    "a_random_seed": "SELECT setseed(0.5)",
    "a_value_of_a_sequence": "SELECT nextval('announcements_id_seq')",
}
"""What one request leaves on its connection, by name."""
UNSEEN = {"a_random_seed", "a_value_of_a_sequence"}
"""What cannot be asked for without using it up."""

STATE = """
SELECT json_build_object(
    'settings', (SELECT md5(string_agg(name || '=' || setting, ',' ORDER BY name)) FROM pg_settings
                 WHERE name NOT LIKE 'transaction%'),
    'of the session', (SELECT array_agg(name || '=' || setting ORDER BY name) FROM pg_settings WHERE source = 'session'
                       AND name NOT LIKE 'transaction%'),
    'of its own', nullif(current_setting('app.note', true), ''),
    'users', ARRAY[current_user, session_user],
    'locks', (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
    'temporary', (SELECT array_agg(relname ORDER BY relname) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
    'channels', (SELECT array_agg(c) FROM pg_listening_channels() c),
    'prepared', (SELECT array_agg(name) FROM pg_prepared_statements WHERE name NOT LIKE 'freehold\\_%'),
    'cursors', (SELECT array_agg(name) FROM pg_cursors WHERE is_holdable)
)::text
"""


def _attempt(name: str, sql: str, *, outside: bool) -> Override:
    connection = "self._database._pool.acquire()" if outside else ""
    code = f"""
    @override
    async def {name}{"_on_the_pool" if outside else ""}(self, task_id: UUID) -> Task:
"""
    code += (
        f"""        found = await self.get_task(task_id)
        connection: Any = await {connection}
        try:
            await connection.execute({sql!r})
        finally:
            await self._database._pool.release(connection)
        return found
"""
        if outside
        else f"""        async with self.transaction() as tasks:
            connection: Any = tasks._database._transaction
            found = await tasks.get_task(task_id)
            await connection.execute({sql!r})
            return found
"""
    )
    full = f"{name}_on_the_pool" if outside else name
    return Override(full, sql, code, Aim.SESSION, Kind.UNCHECKED, lock=False, prove=False)


LOOK = Override(
    "state_of_the_connection",
    "what a connection has",
    f"""
    @override
    async def state_of_the_connection(self, task_id: UUID) -> Task:
        async with self.transaction() as tasks:
            connection: Any = tasks._database._transaction
            state = await connection.fetchval({STATE!r})
            found = await tasks.get_task(task_id)
            return found.model_copy(update={{"notes": state}})
""",
    Aim.SESSION,
    Kind.UNCHECKED,
    lock=False,
    prove=False,
)
OVERRIDES = [
    *(_attempt(name, sql, outside=outside) for name, sql in LEFT_BEHIND.items() for outside in (False, True)),
    LOOK,
]
