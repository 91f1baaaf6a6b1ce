/**
 * Whose turn it is in an environment. The rule is called **fewest first**: the project with the fewest running executions
 * there goes next; among equals the higher priority, then who has waited longer. Pure; the SQL store orders the same way.
 */

/** What one person waits for in one project: all of it may start, or nothing of it, for quotas are of people and projects. */
export interface Lane {
  project: string;
  creator: string;
  /** Of the project, in this environment. */
  running: number;
  /** The first of its jobs: the most urgent, then the oldest. */
  head: Waiting;
  /** False: a quota is reached. */
  room: boolean;
}
export interface Waiting {
  id: string;
  priority: number;
  /** Its turn among equals. */
  turn: number;
}

/** Within a project. */
export const compareWaiting = (a: Waiting, b: Waiting): number => b.priority - a.priority || a.turn - b.turn;
/** Among those that may start. */
const compareLanes = (a: Lane, b: Lane): number => a.running - b.running || compareWaiting(a.head, b.head);

/** Null: nobody waits who may start. */
export function nextLane(lanes: readonly Lane[]): Lane | null {
  return lanes.filter(({ room }) => room).toSorted(compareLanes)[0] ?? null;
}

/** Jobs that wait in a project, and how many of it run. */
export interface Line {
  running: number;
  waiting: number;
}

/**
 * How many start before a job, if nothing ends meanwhile: `rank` is its place in its own project, from 1. Of each other
 * project those go first that find it with fewer running; where both have as many, priority decides, which is not looked
 * at here: such a one is counted as before it, so the answer is never too small.
 */
export function ahead(own: { running: number; rank: number }, others: readonly Line[]): number {
  const turn = own.running + own.rank;
  return others.reduce(
    (sum, { running, waiting }) => sum + Math.min(waiting, Math.max(0, turn - running)),
    own.rank - 1,
  );
}
