-- Who signs the tokens of a worker stack's cluster, as its scaler told last: the installation does not reach that cluster.
ALTER TABLE worker_stacks ADD COLUMN signer jsonb;
