/** What people set of an environment and its machines, and what holds for it (design 12). Pure. */
import { Cron } from 'croner';
import { z } from 'zod';
import type { ScheduleWindow } from '../../platform/tables.ts';
import type { FieldError } from '../errors.ts';
import { MOST_RETRIES } from '../lifecycle/retry.ts';
import { VariableName } from '../secret-values.ts';
import { AllowedImage } from './images.ts';

const A_WEEK_IN_MINUTES = 7 * 24 * 60;
const A_YEAR_IN_SECONDS = 365 * 24 * 3600;
const MOST_BYTES = 64 * 1024;
const Machines = z.int().min(0);

/** What autoscaling says of an environment where no machine is missing. */
export const TAKES_SOON = 'A machine takes it soon';

export const Window = z.strictObject({
  cron: z.string().trim().describe('Five fields: minute, hour, day of month, month, day of week.'),
  timezone: z.string().trim().default('UTC').describe('An IANA name, like `Europe/Helsinki`.'),
  minutes: z
    .int()
    .min(1)
    .max(A_WEEK_IN_MINUTES)
    .describe('How long it stays open from each time that `cron` names.'),
  min: Machines.optional().describe(
    "Instead of the environment's own while it is open; without it that one holds.",
  ),
  max: Machines.optional(),
});

/** Only what is given changes. Slug, machine type and ceiling are the config's: `cove up` changes them. */
export const UpdateEnvironment = z.strictObject({
  scale_min: Machines.optional().describe('Machines that are kept even when nobody needs them.'),
  scale_max: Machines.nullable()
    .optional()
    .describe('Never more machines than these; null: as many as the ceiling allows.'),
  scale_down_grace_period: z
    .number()
    .min(0)
    .max(A_WEEK_IN_MINUTES)
    .optional()
    .describe('Minutes that an idle machine is kept.'),
  scale_schedule: z
    .array(Window)
    .max(50)
    .optional()
    .describe('Times in which other bounds hold; of those that are open the first counts.'),
  default_time_limit: z
    .number()
    .positive()
    .max(A_YEAR_IN_SECONDS)
    .nullable()
    .optional()
    .describe('Seconds, for executions that have no limit of their own; null: none.'),
  max_retries: z
    .int()
    .min(0)
    .max(MOST_RETRIES)
    .optional()
    .describe(
      'So often executions are run again that were lost without their own doing; for those made from then on.',
    ),
  environment_variables: z
    .record(VariableName, z.string().max(MOST_BYTES))
    .refine((all) => JSON.stringify(all).length <= MOST_BYTES, `At most ${MOST_BYTES} characters together.`)
    .optional()
    .describe('Of every job here, under those of its project; who may use the environment reads them.'),
  allowed_images: z
    .array(AllowedImage)
    .max(100)
    .optional()
    .describe(
      'The only images that jobs here may run, as `host/path` with `*` for anything; none: every image.',
    ),
});
export type Change = z.infer<typeof UpdateEnvironment>;

export interface Scaling {
  ceiling: number;
  min_machines: number;
  max_machines: number | null;
  grace_seconds: number;
  schedule: ScheduleWindow[];
}

/** The most machines that are started: the row's own number, under the ceiling. */
export const mostOf = ({ max_machines: max, ceiling }: Pick<Scaling, 'max_machines' | 'ceiling'>): number =>
  Math.min(max ?? ceiling, ceiling);

/** The row after the change. */
export const changed = (row: Scaling, change: Change): Scaling => ({
  ceiling: row.ceiling,
  min_machines: change.scale_min ?? row.min_machines,
  max_machines: change.scale_max === undefined ? row.max_machines : change.scale_max,
  grace_seconds:
    change.scale_down_grace_period === undefined
      ? row.grace_seconds
      : Math.round(change.scale_down_grace_period * 60),
  schedule: change.scale_schedule ?? row.schedule,
});

/** Complaints by field; none: the change holds. What was not given is not complained about. */
export function complaints(row: Scaling, change: Change): Record<string, FieldError[]> {
  const after = changed(row, change);
  const most = mostOf(after);
  const found: Record<string, FieldError[]> = {};
  const say = (field: string, message: string, code: string) => {
    found[field] = [...(found[field] ?? []), { message, code }];
  };
  const over = (max: number) =>
    `${max} is over the ceiling of ${row.ceiling}, which the installation's config sets: choose at most ${row.ceiling}, or raise it there.`;
  const { scale_min: min, scale_max: max, scale_schedule: schedule } = change;
  if (typeof max === 'number' && max > row.ceiling) say('scale_max', over(max), 'max_value');
  else if (min !== undefined && min > most)
    say('scale_min', `${min} is more than the maximum of ${most}: choose at most ${most}.`, 'max_value');
  else if (max !== undefined && after.min_machines > most)
    say(
      'scale_max',
      `${most} is less than the minimum of ${after.min_machines}: choose more, or lower scale_min too.`,
      'min_value',
    );
  for (const [place, window] of (schedule ?? []).entries()) {
    const tell = (message: string) => say('scale_schedule', `${place}: ${message}`, 'invalid');
    const wrong = wrongTime(window);
    if (wrong !== null) tell(wrong);
    const windowMost = Math.min(window.max ?? most, row.ceiling);
    if (window.max !== undefined && window.max > row.ceiling) tell(`max ${over(window.max)}`);
    else if (window.min !== undefined && window.min > windowMost)
      tell(`min ${window.min} is more than the maximum of ${windowMost} that holds then.`);
    if (window.min === undefined && window.max === undefined) tell('give min, max or both.');
  }
  return found;
}

/** What is wrong with when a window opens; null: nothing. */
function wrongTime({ cron, timezone }: Pick<ScheduleWindow, 'cron' | 'timezone'>): string | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    return `"${timezone}" is no time zone: give an IANA name, like Europe/Helsinki.`;
  }
  const needed = 'needed are five fields (minute, hour, day, month, day of week), like "0 8 * * 1-5".';
  if (cron.split(/\s+/).length !== 5) return `"${cron}" is no cron expression: ${needed}`;
  try {
    return new Cron(cron, { timezone }).nextRun() === null ? `"${cron}" never comes: ${needed}` : null;
  } catch {
    return `"${cron}" is no cron expression: ${needed}`;
  }
}
