SET LOCAL lock_timeout = '2s';
ALTER TABLE parts ADD PRIMARY KEY (number);
