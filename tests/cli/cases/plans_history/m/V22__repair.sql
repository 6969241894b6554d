ALTER TABLE customers ALTER email TYPE text COLLATE "C";
