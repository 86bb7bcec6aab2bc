"""Count the visible tasks in an index."""

from alembic import op

revision = "59996b1d0c41"
down_revision = "da3cbcfc7422"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tasks_owner_id_deleted_at", "tasks", ["owner_id", "deleted_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_tasks_owner_id_deleted_at", table_name="tasks")
