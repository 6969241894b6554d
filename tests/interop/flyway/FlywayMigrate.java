import java.io.FileReader;
import java.util.Properties;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Runs the real Flyway: FlywayMigrate URL USER DIRECTORY [CONFIG]. Exit 0: migrated; 1: Flyway refused, and said why. */
public class FlywayMigrate {
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        if (arguments.length > 3 && !arguments[3].isEmpty()) {
            try (FileReader reader = new FileReader(arguments[3])) {
                properties.load(reader);
            }
        }
        properties.setProperty("flyway.url", arguments[0]);
        properties.setProperty("flyway.user", arguments[1]);
        properties.setProperty("flyway.password", "");
        properties.setProperty("flyway.locations", "filesystem:" + arguments[2]);
        try {
            Flyway.configure().configuration(properties).load().migrate();
        } catch (FlywayException exception) {
            System.err.println(exception.getMessage());
            System.exit(1);
        }
    }
}
