-- The names of claims that are used up. What one was given is in `attempts`; where that names it not, it was told that
-- there is nothing, and a late copy of its request gets nothing either.
CREATE TABLE claims (
  id uuid PRIMARY KEY,
  ctime timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX claims_ctime ON claims (ctime);
INSERT INTO claims (id) SELECT claim_id FROM attempts WHERE claim_id IS NOT NULL;
