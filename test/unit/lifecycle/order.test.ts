import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ahead,
  compareWaiting,
  type Lane,
  nextLane,
  type Waiting,
} from '../../../app/core/lifecycle/order.ts';

const job = fc.record({ project: fc.nat(3), creator: fc.nat(2), priority: fc.nat(2) });
const queue = fc.array(job, { minLength: 1, maxLength: 25 });
type Job = Waiting & { project: number; creator: number };
const toJobs = (made: { project: number; creator: number; priority: number }[]): Job[] =>
  made.map((one, turn) => ({ ...one, id: String(turn), turn }));

function lanesOf(jobs: Job[], running: Map<number, number>, full: ReadonlySet<number> = new Set()): Lane[] {
  return [...Map.groupBy(jobs, ({ project, creator }) => `${project} ${creator}`).values()].map((lane) => {
    const head = lane.toSorted(compareWaiting)[0]!;
    return {
      project: String(head.project),
      creator: String(head.creator),
      running: running.get(head.project) ?? 0,
      head,
      room: !full.has(head.creator),
    };
  });
}
/** Starts everything that may, one after the other. */
function play(jobs: Job[], running: Map<number, number>, full?: ReadonlySet<number>): Job[] {
  const [waiting, started] = [new Set(jobs), [] as Job[]];
  for (;;) {
    const lane = nextLane(lanesOf([...waiting], running, full));
    if (lane === null) return started;
    const one = lane.head as Job;
    waiting.delete(one);
    started.push(one);
    running.set(one.project, (running.get(one.project) ?? 0) + 1);
  }
}
const runningNow = fc.array(fc.nat(4), { minLength: 4, maxLength: 4 });
const asMap = (counts: number[]) => new Map(counts.entries());

test('everybody who may start does, once, and nobody who has reached a quota', () => {
  fc.assert(
    fc.property(queue, runningNow, fc.uniqueArray(fc.nat(2)), (made, counts, blocked) => {
      const [jobs, full] = [toJobs(made), new Set(blocked)];
      const started = play(jobs, asMap(counts), full);
      expect(started.map(({ id }) => id).sort()).toEqual(
        jobs
          .filter(({ creator }) => !full.has(creator))
          .map(({ id }) => id)
          .sort(),
      );
    }),
  );
});

test('no project gets one more while another one that waits runs fewer', () => {
  fc.assert(
    fc.property(queue, runningNow, (made, counts) => {
      const jobs = toJobs(made);
      const running = asMap(counts);
      const left = Map.groupBy(jobs, ({ project }) => project);
      for (const { project, id } of play(jobs, asMap(counts))) {
        const fewest = Math.min(
          ...[...left].map(([one, list]) => (list.length > 0 ? running.get(one)! : 99)),
        );
        expect(running.get(project)).toBe(fewest);
        left.set(
          project,
          left.get(project)!.filter((one) => one.id !== id),
        );
        running.set(project, running.get(project)! + 1);
      }
    }),
  );
});

test('within a project the more urgent goes first, then the older; so it is with everything where there is one project', () => {
  fc.assert(
    fc.property(queue, runningNow, (made, counts) => {
      for (const list of Map.groupBy(play(toJobs(made), asMap(counts)), ({ project }) => project).values())
        expect(list).toEqual(list.toSorted(compareWaiting));
    }),
  );
});

test('what is told to be ahead is never too few, and too many by no more than one of each other project', () => {
  fc.assert(
    fc.property(queue, runningNow, (made, counts) => {
      const jobs = toJobs(made);
      const order = play(jobs, asMap(counts));
      const byProject = Map.groupBy(order, ({ project }) => project);
      const lineOf = (project: number) => ({
        running: counts[project]!,
        waiting: byProject.get(project)?.length ?? 0,
      });
      for (const [place, one] of order.entries()) {
        const rank = byProject.get(one.project)!.indexOf(one) + 1;
        const others = [0, 1, 2, 3].filter((project) => project !== one.project);
        const told = ahead({ running: counts[one.project]!, rank }, others.map(lineOf));
        expect(told).toBeGreaterThanOrEqual(place);
        expect(told).toBeLessThanOrEqual(place + others.length);
      }
    }),
  );
});
