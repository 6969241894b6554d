UPDATE people SET name = upper(name);
VACUUM people;
