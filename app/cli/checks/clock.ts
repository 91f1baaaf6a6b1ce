/** The machine's clock: signatures, certificates and leases need it to be about right. */
import { type Finding, fail, ok, warn } from './finding.ts';

const TOLERANCE_MS = 5_000;

/** `builtAt`: a time that certainly lies in the past; `serverTime`: what the API says now, where it answers. */
export function judgeClock(now: Date, builtAt: Date, serverTime: Date | null): Finding {
  const todo = 'Set the clock, e.g. with `timedatectl set-ntp true`.';
  if (now < builtAt)
    return fail('clock', `${now.toISOString()}, before this version was made`, 'the right time', todo);
  if (serverTime === null) return ok('clock', now.toISOString());
  const offset = Math.abs(now.getTime() - serverTime.getTime());
  // The Date header has whole seconds.
  return offset > TOLERANCE_MS
    ? warn('clock', `${Math.round(offset / 1000)} s apart from the API's`, 'less than 5 s', todo)
    : ok('clock', `${now.toISOString()}, agrees with the API`);
}
