package org.example;

class Database {
    void migrate(DataSource source) {
        Flyway.configure()
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .locations("classpath:db/store")
                .table("store_history")
                .dataSource(source)
                .load()
                .migrate();
    }
}
