"""plants"""
import sqlalchemy as sa
from alembic import op

revision = "1f0a"
down_revision = None


def upgrade():
    op.create_table(
        "plants",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bought", sa.Date, nullable=False, server_default=sa.text("current_date")),
    )
    op.create_index("plants_name", "plants", ["name"], unique=True)


def downgrade():
    op.drop_table("plants")
