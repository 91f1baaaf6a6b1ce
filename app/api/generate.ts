/**
 * Writes `app/web/src/api.generated.d.ts`, the web application's types of the API, from the same OpenAPI document
 * that the server gives out. `--check` writes nothing and fails where the file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { pino } from 'pino';
import type { Platform } from '../core/context.ts';
import { buildApp } from './app.ts';

const FILE = fileURLToPath(new URL('../web/src/api.generated.d.ts', import.meta.url));
const HEAD = '/** Generated from the API by `npm run generate`. Not to be edited. */\n';

/** The document alone: routes are registered, and nothing outside is touched. */
export async function openApiDocument(): Promise<OpenAPI3> {
  const nothing = { log: pino({ level: 'silent' }) } as unknown as Platform;
  const app = await buildApp(nothing);
  const document = app.swagger() as unknown as OpenAPI3;
  await app.close();
  return document;
}

export async function generate(): Promise<string> {
  return HEAD + astToString(await openapiTS(await openApiDocument(), { alphabetize: true }));
}

if (import.meta.main) {
  const text = await generate();
  const before = (() => {
    try {
      return readFileSync(FILE, 'utf8');
    } catch {
      return '';
    }
  })();
  if (process.argv.includes('--check')) {
    if (before !== text) {
      process.stderr.write('app/web/src/api.generated.d.ts is out of date: run `npm run generate`.\n');
      process.exitCode = 1;
    }
  } else if (before !== text) writeFileSync(FILE, text);
}
