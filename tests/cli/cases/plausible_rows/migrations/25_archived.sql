INSERT INTO archive (seen_at) SELECT seen_at FROM visit;
