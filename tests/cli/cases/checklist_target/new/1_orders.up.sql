CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text, note text);
