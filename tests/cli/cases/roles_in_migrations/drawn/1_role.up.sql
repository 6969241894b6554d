CREATE ROLE case_drawn;
