"""waterings"""
import sqlalchemy as sa
from alembic import op

revision = "2b3c"
down_revision = "1f0a"


def upgrade():
    op.create_table(
        "waterings",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("plant_id", sa.BigInteger, sa.ForeignKey("plants.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("litres", sa.Numeric(5, 2), nullable=False),
        sa.CheckConstraint("litres > 0", name="waterings_litres_check"),
    )
    op.create_index("waterings_plant", "waterings", ["plant_id", "at"])


def downgrade():
    op.drop_table("waterings")
