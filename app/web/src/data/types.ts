/** The parts of the API's objects that the pages read (client-contract 1.4-1.8). */
export type Status =
  | 'created'
  | 'queued'
  | 'started'
  | 'stopping'
  | 'complete'
  | 'error'
  | 'crashed'
  | 'stopped';
export const isAlive = (status: Status) => ['created', 'queued', 'started', 'stopping'].includes(status);

export interface Page<T> {
  count: number;
  results: T[];
}
export interface User {
  id: string;
  username: string;
  email: string;
}
export interface Project {
  id: string;
  name: string;
  description: string;
  owner: { id: string; username: string };
  ctime: string;
  yaml_path: string;
  repository?: { url: string; ref?: string; public_key?: string | null } | null;
  execution_summary: Record<string, number>;
}
export interface Commit {
  identifier: string;
  ref: string;
  adhoc: boolean;
  commit_time: string;
  description: string;
  config?: ConfigItem[] | null;
}
export interface ConfigItem {
  step?: Step;
}
export interface Step {
  name: string;
  image: string;
  command: string | string[];
  description?: string;
  parameters?: Parameter[];
  inputs?: { name: string; default?: string | string[]; description?: string }[];
  environment?: string;
  'environment-variables'?: { name: string; default?: string }[];
}
export interface Parameter {
  name: string;
  type?: 'string' | 'integer' | 'float' | 'flag';
  default?: unknown;
  optional?: boolean;
  description?: string;
  choices?: unknown[];
  min?: number;
  max?: number;
  multiple?: string;
}
export interface Environment {
  id: string;
  name: string;
  slug: string;
  description: string;
  enabled: boolean;
}
export interface Execution {
  id: string;
  counter: number;
  status: Status;
  status_detail: string | null;
  title: string;
  step: string;
  image: string;
  interpolated_command: string;
  ctime: string;
  end_time: string | null;
  duration: number | null;
  creator_name: string | null;
  tags: string[];
  parameters: Record<string, unknown>;
  inputs: { name: string; urls: string[] }[];
  environment: { id: string; name: string; slug: string } | null;
  commit: { identifier: string; ref?: string } | null;
  outputs?: Output[];
  cumulative_metadata?: Record<string, unknown>;
  urls: { display: string; stop: string };
}
export interface Output {
  id: string;
  name: string;
  size: number;
  ctime: string;
  purged: boolean;
}
export interface MetadataPoint {
  time: string;
  value: Record<string, unknown>;
}
export interface Token {
  id: string;
  name: string;
  ctime: string;
  last_used: string | null;
  expires_at: string | null;
  token?: string;
}
