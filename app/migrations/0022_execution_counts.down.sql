DROP TRIGGER count_deleted ON executions;
DROP TRIGGER count_updated ON executions;
DROP TRIGGER count_inserted ON executions;
DROP FUNCTION count_execution();
DROP TABLE execution_counts;
