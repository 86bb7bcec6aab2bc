"""The database of development begins anew: dropped, created and migrated."""

from freehold.database import embedded_postgres
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.workbench import environment


def require_embedded(project: Project) -> None:
    """Raise UsageError when DATABASE_URL names the database: its rows may be those of other people."""
    if environment.external_database_url(project):
        raise UsageError(
            "DATABASE_URL is set: only the embedded database can be reset. Remove the setting from the"
            " environment and .env, or reset that database with psql."
        )


def reset(project: Project) -> None:
    """Drop the embedded database, with the sessions in it, create it, and apply all migrations."""
    from freehold.database import migrations

    require_embedded(project)
    with embedded_postgres.run_server(environment.embedded_data(project)) as server:
        embedded_postgres.drop_database(server, environment.DATABASE)
        embedded_postgres.create_database(server, environment.DATABASE)
        migrations.up(project, server.url(environment.DATABASE))
