import psycopg
import pytest

COUNT, INSERT = "SELECT count(*) FROM orders", "INSERT INTO orders (total) VALUES (1)"


@pytest.fixture
def session(database):
    with psycopg.connect(database.url, autocommit=True) as session:
        yield session


@pytest.mark.parametrize("number", range(400))
def test_each_has_its_own(session, number):
    assert session.execute(COUNT).fetchone() == (1,)
    session.execute(INSERT)
    assert session.execute(COUNT).fetchone() == (2,)


def test_rows_come_back(database, session):
    session.execute(INSERT)
    database.reset_rows()
    assert session.execute(COUNT).fetchone() == (1,)


def test_all_of_it_comes_back(database):
    with psycopg.connect(database.url, autocommit=True) as session:
        session.execute("ALTER TABLE orders ADD note text DEFAULT 'x'")
        session.execute(INSERT)
    database.reset()
    with psycopg.connect(database.url) as session:
        assert session.execute(COUNT).fetchone() == (1,)
