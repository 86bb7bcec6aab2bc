"""Sort tasks by title in an index."""

from alembic import op

revision = "46a9cb1a0104"
down_revision = "59996b1d0c41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tasks_owner_id_title_id", "tasks", ["owner_id", "title", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_tasks_owner_id_title_id", table_name="tasks")
