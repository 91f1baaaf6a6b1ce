/** What people ask a simulated installation for, and whose turn it is by the words of docs/sharing.md. */
import { before } from '../../app/core/lifecycle/execution.ts';
import type { Status } from '../../app/core/lifecycle/run-store.ts';
import type { Chance } from './clock.ts';

export interface Wish {
  id: string;
  project: string;
  creator: string;
  priority: number;
  /** How often it may be run again. */
  retries: number;
}
interface Quota {
  kind: 'project' | 'creator';
  subject: string;
  most: number;
}

export const wish = (id: string, chance: Chance): Wish => ({
  id,
  project: chance.pick(['iris', 'mnist', 'whales']),
  creator: chance.pick(['ada', 'bob']),
  priority: chance.pick([0, 0, 0, 5]),
  retries: chance.happens(0.3) ? 2 : 0,
});

/** Of one project and one person, each in every other world. */
export const quotas = (chance: Chance): Quota[] =>
  [
    { kind: 'project', subject: 'iris', most: 2 } as const,
    { kind: 'creator', subject: 'ada', most: 3 } as const,
  ].filter(() => chance.happens(0.5));

/**
 * Why an execution must not be taken now, or null. `wishes` in the order of their asking, all of one environment. Written
 * from the rule's words, without the code that keeps it.
 */
export function outOfTurn(
  taken: Wish,
  wishes: readonly Wish[],
  limits: readonly Quota[],
  status: (id: string) => Status,
  /** Whether it was lost so shortly before that it may not begin again yet. */
  rests: (id: string) => boolean,
): string | null {
  const running = (which: (wish: Wish) => boolean) =>
    wishes.filter((wish) => before('end').includes(status(wish.id)) && which(wish)).length;
  const full = (wish: Wish) =>
    limits.find(
      ({ kind, subject, most }) =>
        wish[kind] === subject && running((other) => other[kind] === subject) >= most,
    );
  const ofProject = ({ project }: Wish) => running((other) => other.project === project);

  if (rests(taken.id)) return 'it was lost just now';
  const reached = full(taken);
  if (reached) return `${reached.subject} has ${reached.most} running already`;
  for (const other of wishes) {
    if (other === taken || status(other.id) !== 'queued' || rests(other.id) || full(other)) continue;
    const fewer = ofProject(taken) - ofProject(other);
    const urgency = other.priority - taken.priority;
    const older = wishes.indexOf(other) < wishes.indexOf(taken);
    if (fewer > 0 || (fewer === 0 && (urgency > 0 || (urgency === 0 && older))))
      return `it was the turn of ${other.id}`;
  }
  return null;
}
