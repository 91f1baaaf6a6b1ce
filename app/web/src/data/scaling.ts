/** The form about an environment's machines: what it begins with, and what of it is sent. */
import type { Environment } from './types.ts';

export interface ScalingForm {
  min: number;
  max: number;
  graceMinutes: number;
  schedule: ScheduleRow[];
}
/** As people fill it in: an empty number means that the environment's own holds. */
export interface ScheduleRow {
  cron: string;
  timezone: string;
  minutes: number;
  min: number | '';
  max: number | '';
}

export const scalingForm = (environment: Environment): ScalingForm => ({
  min: environment.scale_min,
  max: environment.scale_max,
  graceMinutes: environment.scale_down_grace_period,
  schedule: environment.scale_schedule.map(({ min, max, ...when }) => ({
    ...when,
    min: min ?? '',
    max: max ?? '',
  })),
});

/** `max` at the ceiling is sent as "as many as the ceiling", which follows the config when that changes. */
export const scalingChange = ({ min, max, graceMinutes, schedule }: ScalingForm, ceiling: number) => ({
  scale_min: min,
  scale_max: max === ceiling ? null : max,
  scale_down_grace_period: graceMinutes,
  scale_schedule: schedule.map(({ min: least, max: most, ...when }) => ({
    ...when,
    ...(least !== '' && { min: least }),
    ...(most !== '' && { max: most }),
  })),
});

/** What a new line of the schedule begins with: working hours, where the person is. */
export const newRow = (): ScheduleRow => ({
  cron: '0 8 * * 1-5',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  minutes: 600,
  min: '',
  max: '',
});
