/** Which services a changed source file belongs to. */

const API = /^api$/;
const SCHEDULER = /^scheduler$/;
const WORKER = /^worker/;

/** First match wins; paths are relative to app/. */
const OWNERS: [RegExp, RegExp[]][] = [
  [/^(web|cli|example|bootstrap|migrations)\//, []],
  [/^api\//, [API]],
  [/^core\//, [API, SCHEDULER]],
  [/^yaml\//, [API]],
  [/^scheduler\//, [SCHEDULER]],
  [/^worker\//, [WORKER]],
  [/^protocol\//, [API, WORKER]],
  [/^(platform\/|[^/]+\.ts$)/, [API, SCHEDULER, WORKER]],
];

/** Names among `services` to restart for the changed `files`. */
export function servicesToRestart(files: Iterable<string>, services: string[]): string[] {
  const hit = new Set<string>();
  for (const file of files) {
    if (!file.endsWith('.ts')) continue;
    const owners = OWNERS.find(([pattern]) => pattern.test(file))?.[1] ?? [];
    for (const name of services) if (owners.some((owner) => owner.test(name))) hit.add(name);
  }
  return [...hit];
}

/** Whether the pages have to be built again. */
export const touchesWeb = (files: Iterable<string>): boolean =>
  [...files].some((file) => file.startsWith('web/') && !/^web\/dist/.test(file));
