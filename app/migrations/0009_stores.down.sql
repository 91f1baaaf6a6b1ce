-- The code before would look for these in the installation's store. Their bytes stay where they are.
UPDATE datums SET purged = true WHERE store_id <> '00000000-0000-4000-8000-000000000001';
DROP TABLE registry_credentials;
ALTER TABLE projects DROP COLUMN default_store_id, DROP COLUMN upload_store_id;
ALTER TABLE executions DROP COLUMN upload_store_id;
ALTER TABLE datums DROP COLUMN store_id;
DROP TABLE stores;
