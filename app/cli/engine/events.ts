/** The engine's events in words: what a person waiting wants to see, and why it failed. */
import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';

const DOING: Record<string, string> = {
  create: 'creating',
  'create-replacement': 'creating',
  update: 'changing',
  delete: 'deleting',
  'delete-replaced': 'deleting',
  replace: 'replacing',
  read: 'reading',
  refresh: 'looking at',
};
/** Operations that count as a change. */
const CHANGES = ['create', 'update', 'delete', 'replace', 'create-replacement', 'delete-replaced'];

/** The last part of a URN is the resource's name. */
const nameOf = (urn: string) => urn.split('::').at(-1) ?? urn;
const kindOf = (type: string) => type.split(':').at(-1) ?? type;

/** Components only group what is really made. */
const isComponent = ({ type, old, new: wanted }: StepEventMetadata) =>
  type.startsWith('pulumi:') || (wanted ?? old)?.custom !== true;

/** A passing line, or null for an event that says nothing to a person. */
export function progressLine(event: EngineEvent): string | null {
  const note = event.diagnosticEvent;
  if (note?.severity === 'info' && note.urn) return `${nameOf(note.urn)}: ${plain(note.message)}`;
  const metadata = event.resourcePreEvent?.metadata;
  if (metadata === undefined || isComponent(metadata)) return null;
  const doing = DOING[metadata.op];
  return doing === undefined ? null : `${doing} ${kindOf(metadata.type)} ${nameOf(metadata.urn)}`;
}

export function countChanges(changes: Record<string, number> | undefined): number {
  return Object.entries(changes ?? {})
    .filter(([op]) => CHANGES.includes(op))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** What a run changed, why it failed and what a policy forbade, gathered while it runs. */
export class Findings {
  readonly errors: string[] = [];
  readonly refusals: string[] = [];
  /** Known when the engine sums up, at its end. */
  changes = 0;

  take(event: EngineEvent): void {
    const { diagnosticEvent, policyEvent, summaryEvent } = event;
    if (summaryEvent !== undefined) this.changes = countChanges(summaryEvent.resourceChanges);
    if (diagnosticEvent?.severity === 'error') {
      const what = diagnosticEvent.urn ? `${nameOf(diagnosticEvent.urn)}: ` : '';
      this.#add(this.errors, `${what}${plain(diagnosticEvent.message)}`);
    }
    if (policyEvent?.enforcementLevel === 'mandatory') {
      const { policyName, resourceUrn, message } = policyEvent;
      const what = resourceUrn ? `${nameOf(resourceUrn)}: ` : '';
      // The engine puts the policy's description, which the message says too, on lines of its own above it.
      const said = plain(message).split('\n').at(-1)!.trim().replace(`${policyName}: `, '');
      this.#add(this.refusals, `${policyName}: ${what}${said}`);
    }
  }

  #add(list: string[], line: string): void {
    if (line !== '' && !list.includes(line)) list.push(line);
  }
}

// Engine messages carry colour marks such as <{%fg 1%}>.
const plain = (message: string) => message.replace(/<\{%.*?%\}>/g, '').trim();
