DELETE FROM tag a USING tag b WHERE a.label = b.label AND a.id > b.id;
ALTER TABLE tag ADD CONSTRAINT tag_label_key UNIQUE (label);
