/** Jobs for many who ask at once, in the order of their turns. Pure; what takes more than a glance is left to a look of its own. */
import type { MachineRoom, Wish } from './run-store.ts';

/** What the store knows of who asks, in the place of the wish. */
export interface Asker {
  /** The name of the claim is used up, and gives what it was given, while that lives. */
  used: boolean;
  gives: string | null;
  /** Neither does it drain, nor is its environment paused. */
  serves: boolean;
  /** It reads the mounts of a job. */
  mounts: boolean;
}
/** A job that waits. `asks`: for more or less than a machine's share for one. */
export interface Head {
  id: string;
  asks: boolean;
  mounts: boolean;
}

/**
 * `waiting`: the first as many as there are wishes; null: quotas count, and each look must see what the one before took. Null
 * for a wish: nobody waits who may start; undefined: a look of its own is needed.
 */
export function handOut(
  wishes: readonly Wish[],
  askers: readonly Asker[],
  waiting: readonly Head[] | null,
): (string | null | undefined)[] {
  let next = 0;
  return wishes.map(({ room }, at) => {
    const asker = askers[at];
    if (waiting === null || asker === undefined) return undefined;
    if (asker.used) return asker.gives;
    const head = waiting[next];
    if (!asker.serves || head === undefined) return null;
    if (head.asks || (head.mounts && !asker.mounts) || (room && !holdsOneMore(room))) return undefined;
    next += 1;
    return head.id;
  });
}

/** That asks for nothing. */
const holdsOneMore = ({ free, share }: MachineRoom): boolean =>
  share.cpus <= free.cpus &&
  share.memory <= free.memory &&
  Object.entries(share.devices).every(([name, count]) => count <= (free.devices[name] ?? 0));
