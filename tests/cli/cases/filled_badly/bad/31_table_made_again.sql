DROP TABLE "_EssayToTopic";
CREATE TABLE essay_topics (essay_id int NOT NULL REFERENCES essay (id), topic_id int NOT NULL REFERENCES topic (id), added_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (essay_id, topic_id));
