/** What a preview foresees, and whether data is touched. Pure, over the engine's events. */
import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';
import { type CliError, needsAPerson } from '../errors.ts';
import { holdsData } from './data.ts';

export type Operation = 'create' | 'update' | 'replace' | 'delete';
export interface Change {
  operation: Operation;
  /** `Instance database` */
  kind: string;
  name: string;
  urn: string;
  /** Properties that differ. */
  because: string[];
  /** It holds data, and this operation loses it. */
  losesData: boolean;
}

const OPERATIONS: Record<string, Operation> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
};

/** Undefined: the event is no step that changes anything. A replacement is one change, not three. */
export function changeOf(event: EngineEvent): Change | undefined {
  const metadata = event.resourcePreEvent?.metadata;
  if (metadata === undefined || !isReal(metadata)) return undefined;
  const operation = OPERATIONS[metadata.op];
  if (operation === undefined) return undefined;
  const { urn, type, old, diffs, keys } = metadata;
  const loses = operation === 'delete' || operation === 'replace';
  return {
    operation,
    kind: type.split(':').at(-1) ?? type,
    name: urn.split('::').at(-1) ?? urn,
    urn,
    because: (operation === 'replace' && keys?.length ? keys : diffs) ?? [],
    losesData: loses && holdsData(type, (old as { protect?: boolean } | undefined)?.protect === true),
  };
}

/** Components and providers only group what is really made. */
const isReal = ({ type, old, new: wanted }: StepEventMetadata) =>
  !type.startsWith('pulumi:') && (wanted ?? old)?.custom === true;

const ORDER: Operation[] = ['delete', 'replace', 'update', 'create'];
const SIGN: Record<Operation, string> = { create: '+', update: '~', replace: '+-', delete: '-' };
const RED = ['\u001b[31m', '\u001b[39m'];

/** One line a change, the gravest first; what loses data in red on a terminal, and marked everywhere. */
export function planLines(changes: Change[], colour: boolean): string[] {
  const sorted = changes.toSorted(
    (a, b) =>
      Number(b.losesData) - Number(a.losesData) ||
      ORDER.indexOf(a.operation) - ORDER.indexOf(b.operation) ||
      a.name.localeCompare(b.name),
  );
  const lines = sorted.map(({ operation, kind, name, because, losesData }) => {
    const why = because.length === 0 ? '' : ` (${because.join(', ')})`;
    const line = `${SIGN[operation].padEnd(2)} ${operation.padEnd(7)} ${kind} ${name}${why}${losesData ? '   ITS DATA IS LOST' : ''}`;
    return losesData && colour ? `${RED[0]}${line}${RED[1]}` : line;
  });
  return changes.length === 0 ? ['No change.'] : [...lines, summary(changes)];
}

export function summary(changes: Change[]): string {
  const counts = (['create', 'update', 'replace', 'delete'] as const)
    .map((operation) => ({
      operation,
      count: changes.filter((change) => change.operation === operation).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ operation, count }) => `${count} to ${operation}`);
  return `${changes.length} change${changes.length === 1 ? '' : 's'}: ${counts.join(', ')}.`;
}

/** What `up` answers to a plan that loses data which nobody has named. Undefined: it may go on. */
export function refuseDataLoss(changes: Change[], allowed: string[]): CliError | undefined {
  const lost = changes.filter(({ losesData, name }) => losesData && !allowed.includes(name));
  if (lost.length === 0) return undefined;
  const list = lost.map(({ operation, kind, name, because }) => {
    const why = because.length === 0 ? '' : `, because of ${because.join(', ')}`;
    return `  ${kind} ${name} would be ${operation === 'delete' ? 'deleted' : 'replaced by an empty one'}${why}`;
  });
  return needsAPerson(
    `This would lose data:\n${list.join('\n')}`,
    `Take that change back; or, if the data may go: ${lost.map(({ name }) => `--allow-data-loss ${name}`).join(' ')}.`,
  );
}
