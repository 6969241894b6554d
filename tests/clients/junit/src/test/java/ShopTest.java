import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Pgassay.Leases.class)
class ShopTest {
	private static int count(Statement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM orders")) {
			rows.next();
			return rows.getInt(1);
		}
	}

	@RepeatedTest(3)
	void eachHasItsOwn(Pgassay database) throws SQLException {
		try (Connection session = DriverManager.getConnection(database.url); Statement statement = session.createStatement()) {
			assertEquals(1, count(statement));
			statement.execute("INSERT INTO orders (total) VALUES (1)");
			assertEquals(2, count(statement));
			database.resetRows();
			assertEquals(1, count(statement));
		}
	}

	@Test
	void allOfItComesBack(Pgassay database) throws SQLException {
		try (Connection session = DriverManager.getConnection(database.url); Statement statement = session.createStatement()) {
			statement.execute("ALTER TABLE orders ADD note text DEFAULT 'x'");
			statement.execute("INSERT INTO orders (total) VALUES (1)");
		}
		database.reset();
		try (Connection session = DriverManager.getConnection(database.url); Statement statement = session.createStatement()) {
			assertEquals(1, count(statement));
		}
	}
}
