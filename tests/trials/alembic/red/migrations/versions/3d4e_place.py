"""place"""
import sqlalchemy as sa
from alembic import op

revision = "3d4e"
down_revision = "2b3c"


def upgrade():
    op.add_column("plants", sa.Column("place", sa.Text, nullable=False))
    op.create_index("plants_place", "plants", ["place"])


def downgrade():
    op.drop_column("plants", "place")
