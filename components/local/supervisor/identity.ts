/** Who a process is: its pid alone does not say, for pids are used again. */
import { readFileSync } from 'node:fs';
import { startTime } from '../../../toolchain/lock.js';

/** What launch.sh writes down; `boot` tells start times of one boot from those of another. */
export interface Identity {
  pid: number;
  started: string;
  boot: string;
  /** Hash of the spec the service was started with. */
  spec: string;
}

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};
const boot = bootId();

/** Whether it was noted in this boot of the machine. */
export const isOfThisBoot = (identity: Identity): boolean => identity.boot === boot;

/** Whether that very process still runs; one that ended and was not yet collected does not. */
export const isAlive = (identity: Identity): boolean =>
  isOfThisBoot(identity) && startTime(identity.pid) === identity.started;

/** Null where there is no record, or only half of one. */
export function readIdentity(file: string): Identity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Identity;
  } catch {
    return null;
  }
}
