/** A kind of resource: a plain object of a few functions, testable without any engine. */
import type { z } from 'zod';

export type Properties = Record<string, unknown>;

/** What the engine shows while a kind is at work. */
export interface Context {
  urn: string;
  /** Aborted when somebody ends the run: for what may wait for hours. */
  signal?: AbortSignal;
  /** A line for people. `passing`: shown while it lasts, not kept. */
  log(message: string, options?: { level?: 'info' | 'warning' | 'debug'; passing?: boolean }): void;
}

/** Which inputs changed and which of these cannot be changed in place. */
export interface Difference {
  changed: string[];
  replaced: string[];
}

export interface Made<O> {
  id: string;
  outputs: O;
}

/**
 * `I` are the inputs as the program gives them, `O` what is known afterwards besides them. Both go to the state, so
 * neither holds a secret: secrets are named by the path of their file.
 */
export interface Kind<I extends Properties = Properties, O extends Properties = Properties> {
  /** What the inputs must be; checked before anything is done. */
  inputs: z.ZodType<I>;
  /** Names of the outputs, unknown in a preview until the resource is there. */
  outputs: readonly (keyof O & string)[];
  /** Inputs whose change asks for another resource; the old one is deleted first. */
  replaceOn?: readonly (keyof I & string)[];
  /** Whether a replacement is made before the old one is deleted. @default false: two of one name would share one place */
  keepsOldUntilReplaced?: boolean;
  /** Inputs that say how to get it and not what it is, such as a path on this machine: a change of theirs is none. */
  unimportant?: readonly (keyof I & string)[];
  /** Outputs that an update may change; in a preview they are unknown then. @default all */
  updates?: readonly (keyof O & string)[];
  /** Differences beyond those of the inputs, e.g. a certificate that runs out. */
  diff?(olds: I & O, news: I): Partial<Difference>;
  /** May be run again after it was cut short at any point: it takes over what is there. */
  create(inputs: I, context: Context): Promise<Made<O>>;
  /** Looks at what is there. Null: gone. Inputs that no longer hold are given back as they were found. */
  read(
    id: string,
    state: I & O,
    context: Context,
  ): Promise<{ inputs?: Partial<I>; outputs?: Partial<O> } | null>;
  /** What is no longer as the state says, in brackets or by name of an input. @default what `read` finds */
  look?(id: string, state: I & O): Promise<string[]>;
  /** Also mends what is gone, where a provider looks at what is there whenever it compares (`looks`). */
  update(id: string, olds: I & O, news: I, context: Context): Promise<O>;
  delete(id: string, state: I & O, context: Context): Promise<void>;
}

// A table of kinds holds them with their types erased; each still gets what its own schema let through.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyKind = Kind<any, any>;
/** By type token, such as `cove:local:Folder`. */
export type Kinds = Record<string, AnyKind>;
