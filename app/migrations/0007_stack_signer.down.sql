ALTER TABLE worker_stacks DROP COLUMN signer;
