-- How far what a worker makes ready for an attempt is, in numbers, and how long it may still take.
ALTER TABLE attempts ADD COLUMN progress jsonb;
