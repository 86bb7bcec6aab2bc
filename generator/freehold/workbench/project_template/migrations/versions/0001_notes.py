"""Notes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("owner_id", sa.String(length=255), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=10000), server_default="", nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("owner_id != ''", name=op.f("ck_notes_owner_id_not_empty")),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_notes")),
    )
    op.create_index(
        "ix_notes_owner_id_created_at_id",
        "notes",
        ["owner_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_notes_owner_id_pinned_created_at_id",
        "notes",
        ["owner_id", "pinned", "created_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_notes_owner_id_pinned_created_at_id", table_name="notes")
    op.drop_index("ix_notes_owner_id_created_at_id", table_name="notes")
    op.drop_table("notes")
