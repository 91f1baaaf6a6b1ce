/** Words that the database, the API and the code share. */
export type Status =
  | 'created'
  | 'queued'
  | 'started'
  | 'stopping'
  | 'complete'
  | 'error'
  | 'crashed'
  | 'stopped';
export type EndStatus = 'complete' | 'error' | 'crashed' | 'stopped';
export type Role = 'owner' | 'admin' | 'member' | 'viewer';
/** `installation`: the store that comes with Cove, whatever it is. */
export type StoreType = 'installation' | 's3' | 'google' | 'azure';
export type AccessMode = 'public' | 'single_project' | 'teams' | 'owner_organization';
export type RegistryType = 'docker' | 'aws_ecr' | 'aws_ecr_role' | 'google' | 'azure';
/** Whose executions a quota counts. */
export type QuotaKind = 'user' | 'team' | 'project';
