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
