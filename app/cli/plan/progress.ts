/** What the engine is doing, with times. Pure, over its events and the clock that it is given. */
import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';
import { duration } from '../table.ts';

const WORDS: Record<string, [doing: string, done: string]> = {
  create: ['making', 'made'],
  'create-replacement': ['making', 'made'],
  update: ['changing', 'changed'],
  delete: ['deleting', 'deleted'],
  'delete-replaced': ['deleting', 'deleted'],
};

export class Progress {
  readonly #underWay = new Map<string, { what: string; since: number }>();
  readonly #told = new Set<string>();
  #done = 0;

  /** Returns lines that stay: what is done, and what a person has to know or do meanwhile. */
  take(event: EngineEvent, now: number): string[] {
    const note = event.diagnosticEvent;
    if (note?.severity === 'info' || note?.severity === 'warning') return this.#note(note.message);
    const begun = event.resourcePreEvent?.metadata;
    if (begun !== undefined && isShown(begun))
      this.#underWay.set(keyOf(begun), { what: `${WORDS[begun.op]![0]} ${label(begun)}`, since: now });
    const ended = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    if (ended === undefined || !isShown(ended)) return [];
    const since = this.#underWay.get(keyOf(ended))?.since ?? now;
    this.#underWay.delete(keyOf(ended));
    if (event.resOpFailedEvent !== undefined) return [`could not finish ${label(ended)}`];
    this.#done += 1;
    return [`${WORDS[ended.op]![1]} ${label(ended)} (${duration((now - since) / 1000)})`];
  }

  /** The longest first: they are what one waits for. */
  underWay(now: number): string[] {
    const running = [...this.#underWay.values()].sort((a, b) => a.since - b.since);
    return [
      `${this.#done} done, ${running.length} under way`,
      ...running.map(({ what, since }) => `${what} (${duration((now - since) / 1000)})`),
    ];
  }

  #note(message: string): string[] {
    const line = message.replace(/<\{%.*?%\}>/g, '').trim();
    if (line === '' || this.#told.has(line)) return [];
    this.#told.add(line);
    return [line];
  }
}

const keyOf = ({ op, urn }: StepEventMetadata) => `${op} ${urn}`;
const label = ({ type, urn }: StepEventMetadata) => `${type.split(':').at(-1)} ${urn.split('::').at(-1)}`;
const isShown = ({ op, type, old, new: wanted }: StepEventMetadata) =>
  WORDS[op] !== undefined && !type.startsWith('pulumi:') && (wanted ?? old)?.custom === true;
