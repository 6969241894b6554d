//! psql is the driver here: what is tried is the helper, below "cargo test".
mod pgassay;

use std::process::Command;

fn run(database: &pgassay::Database, sql: &str) -> String {
    let done = Command::new("psql").args(["-qAtX", &database.url, "-c", sql]).output().unwrap();
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap().trim().to_string()
}

fn has_its_own() {
    let database = pgassay::Database::lease();
    assert_eq!(run(&database, "SELECT count(*) FROM orders"), "1");
    run(&database, "INSERT INTO orders (total) VALUES (1)");
    assert_eq!(run(&database, "SELECT count(*) FROM orders"), "2");
    database.reset_rows();
    assert_eq!(run(&database, "SELECT count(*) FROM orders"), "1");
}

#[test]
fn one_has_its_own() {
    has_its_own();
}

#[test]
fn another_has_its_own() {
    has_its_own();
}

#[test]
fn all_of_it_comes_back() {
    let database = pgassay::Database::lease();
    run(&database, "ALTER TABLE orders ADD note text DEFAULT 'x'; INSERT INTO orders (total) VALUES (1)");
    database.reset();
    assert_eq!(run(&database, "SELECT count(*) FROM orders"), "1");
}
