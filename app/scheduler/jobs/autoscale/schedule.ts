/** Which bounds hold at a time: the row's, or those of the first window of its schedule that is open. Pure. */
import { Cron } from 'croner';
import type { ScheduleWindow } from '../../../platform/tables.ts';
import type { Bounds } from './state.ts';

/** Open from each time that `cron` names, in its zone's own hours, for so many minutes. */
const isOpen = ({ cron, timezone, minutes }: ScheduleWindow, at: Date): boolean => {
  const last = new Cron(cron, { timezone }).nextRun(new Date(at.getTime() - minutes * 60_000));
  return last !== null && last <= at;
};

/** `max` null: as many as the ceiling, which nothing passes. */
export function boundsAt(
  row: { min: number; max: number | null; ceiling: number; schedule: readonly ScheduleWindow[] },
  at: Date,
): Bounds {
  const window = row.schedule.find((one) => isOpen(one, at));
  const max = Math.min(window?.max ?? row.max ?? row.ceiling, row.ceiling);
  return { min: Math.min(window?.min ?? row.min, max), max };
}
