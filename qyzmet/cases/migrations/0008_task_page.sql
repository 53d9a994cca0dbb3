-- A page of an office's tasks is read in its order, also where thousands have the same deadline.
DROP INDEX tasks_open;
CREATE INDEX tasks_open ON tasks (office, deadline_at, id) WHERE state = 'o';
