/** What the command line asks of a cloud. Each cloud is one more implementation; nothing else knows which it is. */
import type { CloudConfig, WorkersConfig } from '../../../config/schema.ts';
import type { Finding } from '../checks/finding.ts';
import type { AddressOf } from '../engine/adopt.ts';
import type { StateResource } from '../engine/state-file.ts';
import type { StateStore } from '../engine/state-store.ts';
import type { Administrator } from '../vault.ts';
import type { Fate } from './fate.ts';

/** Where the engine keeps the state of an installation, and who encrypts the secrets in it. */
export interface Backend {
  url: string;
  secretsProvider: string;
}

/** A value that `init` asks for. */
export interface Question {
  /** Key of the config, and name of the option: `accountId`, `--account-id`. */
  key: string;
  /** One line: what it is and where to find it. */
  explain: string;
  /** What is wrong with an answer; null: nothing. */
  problem(answer: string): string | null;
  /** Offered when nothing is typed. */
  suggestion?: string;
}

/** `W`: the config of a stack of workers there, where it has one. */
export interface Cloud<C extends CloudConfig = CloudConfig, W extends WorkersConfig = never> {
  /** Pure: a colleague's command derives the same from the config alone. */
  backend(name: string, config: C | W, env?: NodeJS.ProcessEnv): Backend;
  /** The state and its locks, read without the engine. */
  state(name: string, config: C | W): StateStore;
  /** Where a thing is that a killed run had asked for; left out: this cloud takes the same request twice. */
  addressOf?(name: string, config: C | W, ...thing: Parameters<AddressOf>): ReturnType<AddressOf>;
  /** What must be right before the engine starts. */
  preflight(name: string, config: C | W): Promise<Finding[]>;
  /** The first credential, from the cloud's secret store with the operator's own login. Null: not made yet. */
  administrator(name: string, config: C): Promise<Administrator | null>;
  /** What the host (`hostOf`) wrote while it booted, from the cloud's console service. Null: there is no host. */
  bootLog(name: string, config: C | W): Promise<string | null>;
  /** Runs a command on the host through the cloud's own service, without SSH. */
  runOnHost(name: string, config: C | W, command: string): Promise<string>;
  /** Has the host make another password for the administrator, where the cloud runs no commands; ends when it is there. */
  resetPassword?(name: string, config: C): Promise<void>;
  /** The last lines of a service, where it is no unit of a host. Null: it does not run. */
  serviceLog?(name: string, config: C | W, service: string, count: number): Promise<string | null>;
  /**
   * Of what is about to be deleted with its data (but for what was named to go without): sees to a last copy that outlives
   * it, where the cloud makes none by itself, and tells where it is and how it is had back.
   */
  lastBackup?(name: string, config: C, kept: StateResource[], say: (line: string) => void): Promise<string[]>;
  /** What becomes of a thing that holds data when it is purged. */
  fate(resource: StateResource, config: C | W): Fate | undefined;
  /** Services that run besides those of every installation. */
  moreServices?(config: C): string[];
  /** How the services are, where they are no units of a host. */
  lookAtHost?(name: string, config: C | W, services: string[]): Promise<Finding[]>;
}

/** What `init` needs of a cloud. */
export interface Founder {
  questions(): Question[];
  /** Makes the state bucket and the key, or takes over its own; says what it does. */
  found(name: string, answers: Record<string, string>, say: (line: string) => void): Promise<void>;
  /** The config that the answers make, as far as init asks. */
  config(answers: Record<string, string>): Record<string, unknown>;
  /** The same for a stack of workers. */
  workers: Pick<Founder, 'questions' | 'config'>;
}
