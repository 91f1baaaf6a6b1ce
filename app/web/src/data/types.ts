/** The API's objects by short names, from its own document; and the parts of `valohai.yaml` that the forms read. */
import type { components } from '../api.generated.d.ts';

/** Fields that are always null so far have no use here, and `openapi-fetch` leaves them out as well. */
type Read<T> = { [K in keyof T as T[K] extends null ? never : K]: T[K] };
type Schemas = { [K in keyof components['schemas']]: Read<components['schemas'][K]> };
export type Project = Schemas['Project'];
export type Environment = Schemas['Environment'];
export type Commit = Schemas['Commit'];
export type Execution = Schemas['Execution'];
export type Attempt = Schemas['Attempt'];
export type Output = Schemas['Datum'];
export type Status = Execution['status'];

export const isAlive = (status: Status) => ['created', 'queued', 'started', 'stopping'].includes(status);

export interface MetadataPoint {
  attempt: number;
  seq: number;
  time: string;
  value: Record<string, unknown>;
}
export interface Step {
  name: string;
  image: string;
  command: string | string[];
  description?: string;
  parameters?: Parameter[];
  inputs?: { name: string; default?: string | string[]; description?: string }[];
}
export interface Parameter {
  name: string;
  type?: 'string' | 'integer' | 'float' | 'flag';
  default?: unknown;
  optional?: boolean;
  description?: string;
  choices?: unknown[];
  multiple?: string;
}

/** The steps of a commit's parsed file, which the server has checked. */
export const stepsOf = (commit: Commit | undefined): Step[] =>
  (commit?.config ?? []).flatMap((item) => ('step' in item ? [item.step as Step] : []));
