CREATE SCHEMA ${app};
CREATE TABLE ${app}.carts ();
