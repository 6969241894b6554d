DROP TRIGGER touch ON people;
