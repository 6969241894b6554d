require "minitest/autorun"
require "pg"
require_relative "pgassay"

class TestShop < Minitest::Test
  parallelize_me!

  def setup = @database = Pgassay.lease
  def teardown = @database.release

  def connect
    session = PG.connect(@database.url)
    yield session
  ensure
    session&.close
  end

  def count(session) = session.exec("SELECT count(*) FROM orders").getvalue(0, 0)

  %w[one another third].each do |name|
    define_method("test_#{name}_has_its_own") do
      connect do |session|
        assert_equal "1", count(session)
        session.exec("INSERT INTO orders (total) VALUES (1)")
        assert_equal "2", count(session)
        @database.reset_rows
        assert_equal "1", count(session)
      end
    end
  end

  def test_all_of_it_comes_back
    connect { |session| session.exec("ALTER TABLE orders ADD note text DEFAULT 'x'; INSERT INTO orders (total) VALUES (1)") }
    @database.reset
    connect { |session| assert_equal "1", count(session) }
  end
end
