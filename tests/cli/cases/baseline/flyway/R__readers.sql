CREATE OR REPLACE VIEW readers AS SELECT id, email FROM users;
