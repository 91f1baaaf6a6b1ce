-- What every job of an environment gets and may be, set in the application.
ALTER TABLE environments
  ADD COLUMN environment_variables jsonb NOT NULL DEFAULT '{}',  -- none is a secret: who may use it reads them
  ADD COLUMN allowed_images text[] NOT NULL DEFAULT '{}';        -- patterns; none: every image
