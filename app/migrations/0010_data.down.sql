DROP TABLE execution_inputs;
DROP TABLE dataset_version_aliases;
DROP TABLE dataset_version_files;
DROP TABLE dataset_versions;
DROP TABLE datasets;
DROP TABLE datum_aliases;
