ALTER TABLE projects DROP COLUMN tags;
ALTER TABLE environments DROP COLUMN default_time_limit;
ALTER TABLE executions
  DROP COLUMN stop_reason,
  DROP COLUMN runtime_config_preset_id,
  DROP COLUMN environment_variable_groups;
DROP TABLE runtime_config_presets, environment_variable_group_variables, environment_variable_groups;
