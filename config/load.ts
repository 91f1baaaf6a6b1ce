/** Reads an installation's config file; every error names file and line, and all of them are told at once. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Document, isMap, isPair, LineCounter, parseDocument, visit } from 'yaml';
import { closest } from './closest.ts';
import { type Problem, problemsOf } from './problems.ts';
import { type AnyConfig, schemaOf } from './schema.ts';

/** The checkout's own `config/`. */
export const CONFIG_FOLDER = fileURLToPath(new URL('.', import.meta.url));

export type ConfigErrorCode = 'config_name' | 'config_not_found' | 'config_syntax' | 'config_invalid';

/** What is wrong with an installation's config; for people, without a stack. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly file: string;
  constructor(code: ConfigErrorCode, file: string, message: string) {
    super(message);
    this.name = 'ConfigError';
    this.code = code;
    this.file = file;
  }
}

/** A load balancer's name may have 32 characters on AWS: `cove-<installation>-<part>`. */
export const LONGEST_CLOUD_NAME = 20;

export interface Installation {
  /** Name of the installation, of its Pulumi stack and of its folder. */
  name: string;
  /** Absolute path of the file. */
  file: string;
  config: AnyConfig;
}

export interface Choice {
  /** `config/<name>.yaml` of the checkout; `local` where neither is given. */
  name?: string | undefined;
  /** A file anywhere; its base name is the installation's name. */
  file?: string | undefined;
  /** Where named files lie. @default config/ of the checkout */
  folder?: string | undefined;
}

/** Finds, reads and checks the config. Throws ConfigError. */
export function loadConfig({ name, file, folder = CONFIG_FOLDER }: Choice = {}): Installation {
  const path = file === undefined ? join(folder, `${name ?? 'local'}.yaml`) : resolve(file);
  const installation = name ?? basename(path).replace(/\.ya?ml$/, '');
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(installation)) {
    throw new ConfigError(
      'config_name',
      path,
      `"${installation}" cannot name an installation: small letters, digits and hyphens, beginning with a letter, at most 40.`,
    );
  }
  const text = read(path, folder, installation);
  const config = parseConfig(text, path);
  if (config.target !== 'local' && installation.length > LONGEST_CLOUD_NAME) {
    throw new ConfigError(
      'config_name',
      path,
      `${path}: "${installation}" has ${installation.length} characters; names in a cloud begin with it, so at most ${LONGEST_CLOUD_NAME}. Name the file otherwise.`,
    );
  }
  config.certificateAuthorities = authorities(config.certificateAuthorities, path, text);
  return { name: installation, file: path, config };
}

/** Absolute paths of PEM files that are named relative to the config file. */
function authorities(files: string[], path: string, text: string): string[] {
  return files.map((name) => {
    const file = resolve(dirname(path), name);
    const problem = pemProblem(file);
    if (problem === undefined) return file;
    const line = text.split('\n').findIndex((one) => one.includes(name)) + 1;
    throw new ConfigError(
      'config_invalid',
      path,
      `${path}:${line}: certificateAuthorities names ${file}, ${problem}; needed is a PEM file with certificates.`,
    );
  });
}

function pemProblem(file: string): string | undefined {
  try {
    const certificates = readFileSync(file, 'utf8').split(/(?=-----BEGIN CERTIFICATE-----)/);
    const found = certificates.filter((part) => part.startsWith('-----BEGIN'));
    for (const certificate of found) new X509Certificate(certificate);
    return found.length === 0 ? 'which holds no certificate' : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'which is not there' : `which cannot be read (${message})`;
  }
}

function read(path: string, folder: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT')
      throw new ConfigError('config_not_found', path, `${path} cannot be read (${code}).`);
    const others = namesIn(folder);
    const meant = closest(name, others);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new ConfigError(
      'config_not_found',
      path,
      `There is no ${path}.${hint} Installations with a config here: ${others.join(', ') || 'none'}.`,
    );
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => entry.endsWith('.yaml'))
      .map((entry) => basename(entry, '.yaml'));
  } catch {
    return [];
  }
}

/** Checks the text of a config file; `file` is only named in errors. */
export function parseConfig(text: string, file: string): AnyConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const wrong = [
    ...document.errors.map(({ pos, message }) => ({ at: pos[0], message })),
    ...danglingAliases(document),
  ];
  if (wrong.length > 0) {
    const told = wrong.map(({ at, message }) => `${file}:${lines.linePos(at).line}: ${message}`);
    throw new ConfigError('config_syntax', file, told.join('\n'));
  }
  const found: unknown = document.toJS() ?? {};
  const parsed = schemaOf(found).safeParse(found);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues, found)
    .map((problem) => ({ line: lines.linePos(offsetOf(document, problem)).line, message: problem.message }))
    .sort((a, b) => a.line - b.line);
  throw new ConfigError(
    'config_invalid',
    file,
    problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'),
  );
}

/** `*name` without an `&name` before it, which the YAML parser tells only when it is too late for a line. */
function danglingAliases(document: Document): { at: number; message: string }[] {
  const found: { at: number; message: string }[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        found.push({
          at: alias.range?.[0] ?? 0,
          message: `*${alias.source} refers to nothing; quote the text`,
        });
    },
  });
  return found;
}

/** Where the problem is in the text; of a key that is missing, where its mapping begins. */
function offsetOf(document: Document, { path, atKey }: Problem): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(path[length - 1]));
      const node = (atKey || !pair?.value ? pair?.key : pair.value) as
        | { range?: [number, number, number] }
        | undefined;
      if (node?.range) return node.range[0];
    }
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
