//! A fresh database for each test; it goes when the value does. Save it as tests/pgassay/mod.rs; in a test:
//! `let database = pgassay::Database::lease();`
//! Run: pgassay exec --workers 4 suites/shop.yaml -- cargo test
use std::io::{Read, Write};
use std::net::TcpStream;

pub struct Database {
    pub url: String,
    path: String,
}

fn ask(method: &str, path: &str) -> String {
    let address = std::env::var("PGASSAY_LEASES").expect("run it by \"pgassay exec --workers N\"");
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("leases");
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    answer
}

fn member(json: &str, name: &str) -> String {
    json.split_once(&format!("\"{name}\":\"")).unwrap().1.split('"').next().unwrap().to_string()
}

impl Database {
    pub fn lease() -> Database {
        let lease = ask("POST", "/databases");
        Database { url: member(&lease, "url"), path: format!("/databases/{}", member(&lease, "id")) }
    }

    /// A fresh copy; ends the sessions on it.
    pub fn reset(&self) {
        ask("POST", &format!("{}/reset", self.path));
    }

    /// Its rows alone; sessions stay.
    pub fn reset_rows(&self) {
        ask("POST", &format!("{}/rows", self.path));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        ask("DELETE", &self.path);
    }
}
