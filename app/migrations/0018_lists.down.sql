DROP INDEX executions_tags;
DROP INDEX executions_title;
DROP INDEX executions_step;
DROP INDEX executions_ctime;
DROP INDEX executions_list;
