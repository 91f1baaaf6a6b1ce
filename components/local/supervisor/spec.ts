/** What the supervisor is told about a service: one file `supervisor/services/<name>.json`, and what it tells back. */
import { createHash } from 'node:crypto';

/** How to find out whether a service does its work. */
export type Probe =
  | { kind: 'tcp'; host: string; port: number }
  /** Healthy when the answer's status is one of `expect` (default: 200). */
  | { kind: 'http'; url: string; expect?: number[] | undefined }
  /** Healthy when the answer to `send` (base64) matches `expect`: for servers that answer before they are ready. */
  | { kind: 'talk'; host: string; port: number; send: string; expect: string };

export interface ServiceSpec {
  name: string;
  /** Path of the program, or a name on PATH. */
  command: string;
  args: string[];
  /** Working directory. @default the installation's folder */
  folder?: string | undefined;
  /** Added to a small common environment. Never a secret: any user of the machine's root can read it, and so do dumps. */
  environment?: Record<string, string> | undefined;
  /** Higher ranks are stopped first and started last. @default 50 */
  rank?: number | undefined;
  /** @default SIGTERM */
  stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | undefined;
  /** How long it may take to stop before it is killed. @default 20 */
  stopSeconds?: number | undefined;
  probe?: Probe | undefined;
  /** Lock files that a boot makes void; a pid in them may by now be somebody else's. Removed before the first start. */
  staleFiles?: string[] | undefined;
  /** Hashes of what it reads at start (settings, programs): another hash means a restart. */
  watch?: Record<string, string> | undefined;
}

export type ServiceState = 'running' | 'waiting' | 'stopped';

export interface ServiceReport {
  name: string;
  /** `waiting`: it ended and is started again after a pause. */
  state: ServiceState;
  pid: number | null;
  /** Hash of the spec it was started with. */
  spec: string | null;
  /** ISO time of the start or the end that led to this state. */
  since: string | null;
  /** Ends that nobody asked for since the supervisor watches. */
  restarts: number;
  /** How it last ended, in words. */
  lastEnd: string | null;
}

export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

export type Request =
  | { action: 'status' }
  /** Read the spec again: start it, or restart it where the spec is another. */
  | { action: 'apply' | 'start' | 'stop' | 'restart' | 'remove'; name: string }
  /** End the supervisor; the services go on unless told otherwise. */
  | { action: 'shutdown'; services: 'keep' | 'stop' };

export type Reply = { ok: true; pid: number; services: ServiceReport[] } | { ok: false; message: string };
