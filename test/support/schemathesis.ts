/** Runs Schemathesis over an API that is being served, with things in it to speak of. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { schemathesis } from '../setup/python.ts';

export interface Campaign {
  /** Where the API is served. */
  url: string;
  folder: string;
  /** What goes into `Authorization`, by security scheme of the document. */
  credentials: Record<string, string>;
  /** Values that a parameter often takes, such as ids of what is there, by the beginning of the path. */
  known: [path: RegExp, values: Record<string, string[]>][];
  /** Paths that are left out: those whose answers never end. */
  without: string[];
  seed: number;
  /** So many made-up requests for each operation. */
  examples: number;
  phases: string;
  /** Goes on until these are over, however many requests that takes. */
  seconds?: number;
}
export interface Verdict {
  code: number;
  /** What it said, failures with a `curl` line each. */
  report: string;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

/** Five checks: no 5xx, a status, a media type, headers and a body as the document has them. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

export async function campaign(of: Campaign): Promise<Verdict> {
  const document = (await (await fetch(`${of.url}/api/v0/openapi.json`)).json()) as Document;
  const schema = join(of.folder, 'openapi.json');
  await writeFile(schema, JSON.stringify(strict(document)));
  const settings = join(of.folder, 'schemathesis.toml');
  await writeFile(settings, configuration(of, Object.keys(document.paths)));
  const args = [
    ...['--config-file', settings, 'run', schema, '--url', of.url, '--no-color'],
    ...['--checks', CHECKS.join(','), '--phases', of.phases, '--max-examples', String(of.examples)],
    ...['--seed', String(of.seed), '--generation-database', 'none'],
    ...['--continue-on-failure', '--warnings', 'off', '--request-timeout', '20', '--workers', '2'],
    ...['--suppress-health-check', 'all'],
    ...(of.seconds === undefined ? [] : ['--max-time', String(of.seconds)]),
    ...of.without.flatMap((path) => ['--exclude-path', path]),
  ];
  return run(await schemathesis(), args, of.folder);
}

/**
 * An answer that is no error must be one of those that the document names: its `default` is for errors alone.
 * Schemathesis writes no body of Git's own type, and knows no class of control characters.
 */
function strict(given: Document): Document {
  const text = JSON.stringify(given)
    .replaceAll('application/x-git-upload-pack-request', 'application/octet-stream')
    .replaceAll('\\\\p{Cc}', '\\\\x00-\\\\x1f\\\\x7f-\\\\x9f');
  const document = JSON.parse(text) as Document;
  for (const operations of Object.values(document.paths)) {
    for (const { responses } of Object.values(operations)) {
      const { default: error } = responses;
      if (error === undefined) continue;
      delete responses.default;
      responses['4XX'] = error;
      responses['503'] ??= error;
    }
  }
  return document;
}

function configuration(of: Campaign, paths: string[]): string {
  const quoted = (text: string) => JSON.stringify(text);
  const lines: string[] = [];
  for (const [scheme, key] of Object.entries(of.credentials)) {
    lines.push(`[auth.openapi.${scheme}]`, `api_key = ${quoted(key)}`);
  }
  for (const [index, [, values]] of of.known.entries()) {
    for (const [name, list] of Object.entries(values))
      lines.push(`[dictionaries.${dictionary(index, name)}]`, `values = [${list.map(quoted).join(', ')}]`);
  }
  for (const path of paths) {
    const index = of.known.findIndex(([pattern]) => pattern.test(path));
    const [, values] = of.known[index] ?? [];
    if (values === undefined) continue;
    const parameters = Object.keys(values).map(
      (name) => `${quoted(name)} = { dictionary = ${quoted(dictionary(index, name))}, probability = 0.8 }`,
    );
    lines.push(
      '[[operations]]',
      `include-path = ${quoted(path)}`,
      `parameters = { ${parameters.join(', ')} }`,
    );
  }
  return `${lines.join('\n')}\n`;
}
const dictionary = (index: number, name: string) => `known-${index}-${name.replace(/\W/g, '-')}`;

function run(program: string, args: string[], cwd: string): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let report = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        report += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, report }));
  });
}
