/** What a kind is given besides its inputs, in tests: nobody listens. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, Kind, Properties } from '../../components/provider/kind.ts';

export const silent: Context = { urn: 'urn:test', log() {} };
/** With a space and a quotation mark in its path, as some people's folders have. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "ann's cove "));
  scratches.push(folder);
  return folder;
}
const scratches: string[] = [];
process.on('exit', () => {
  for (const folder of scratches) rmSync(folder, { recursive: true, force: true });
});

/** Creates a resource and gives its state, as the engine would keep it. */
export async function made<I extends Properties, O extends Properties>(kind: Kind<I, O>, inputs: NoInfer<I>) {
  const wanted = kind.inputs.parse(inputs);
  const { id, outputs } = await kind.create(wanted, silent);
  return { id, state: { ...inputs, ...outputs } };
}
