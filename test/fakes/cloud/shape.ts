/**
 * What a resource type looks like, read from the declarations of the installed SDK: its properties, which of them a
 * program must or may give, and which the cloud computes. So the fakes follow the SDK whose version package.json pins.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../toolchain/root.js';

export interface Property {
  /** A program may give it. */
  input: boolean;
  required: boolean;
  /** It has a value once the resource is there, given or not. */
  always: boolean;
  /** In the words of TypeScript, on one line. */
  type: string;
}

export type Shape = Record<string, Property>;

const known = new Map<string, Shape>();

/** Of a type such as `aws:ec2/vpc:Vpc`; empty where the SDK has no such type. */
export function shapeOf(type: string): Shape {
  const found = known.get(type);
  if (found !== undefined) return found;
  const file = declarationFile(type);
  const shape = file === undefined ? {} : parseShape(readFileSync(file, 'utf8'));
  known.set(type, shape);
  return shape;
}

/** Types of the SDK that stands at `aws:ec2/vpc:Vpc` in one file each, named after the type in camelCase. */
function declarationFile(type: string): string | undefined {
  const [pkg = '', module = '', name = ''] = type.split(':');
  const folders = module.split('/').filter((part) => part !== 'index');
  const lower = lowerFirst(name);
  if (folders.at(-1) === lower) folders.pop();
  const folder = join(root, 'node_modules', '@pulumi', pkg, ...folders);
  const file = join(folder, `${lower}.d.ts`);
  if (existsSync(file)) return file;
  // Some begin in several capitals, which the file writes small: `SSLPolicy` stands in `sslpolicy.d.ts`.
  if (pkg !== 'gcp' || !existsSync(folder)) return undefined;
  const found = readdirSync(folder).find((one) => one.toLowerCase() === `${name.toLowerCase()}.d.ts`);
  return found === undefined ? undefined : join(folder, found);
}

export const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

export function parseShape(text: string): Shape {
  const flat = text.replace(/\/\*\*[\s\S]*?\*\//g, '').replace(/\n\s*\n/g, '\n');
  const body = (head: RegExp) =>
    flat.match(new RegExp(`${head.source}[^{]*\\{([\\s\\S]*?)\\n\\}`))?.[1] ?? '';
  const shape: Shape = {};
  const outputs = body(/export declare class \w+ extends pulumi\.CustomResource/);
  for (const [, name = '', wrapped = ''] of outputs.matchAll(
    /readonly (\w+): pulumi\.Output<([\s\S]*?)>;/g,
  )) {
    const type = wrapped.replace(/\s+/g, ' ').trim();
    const always = !/\| undefined$/.test(type);
    shape[name] = { input: false, required: false, always, type: type.replace(/ \| undefined$/, '') };
  }
  const inputs = body(/export interface \w+Args/);
  for (const [, name = '', mark, type = ''] of inputs.matchAll(
    /^ {4}(\w+)(\??): ([\s\S]*?);$(?=\n {4}\w|(?![\s\S]))/gm,
  )) {
    const property = shape[name] ?? { always: false, type: type.replace(/\s+/g, ' ') };
    shape[name] = { ...property, input: true, required: mark === '' };
  }
  return shape;
}
