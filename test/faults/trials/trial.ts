/** One numbered fault, played once or a hundred times. */
import type { Breakable, Lane, LaneOptions } from '../../support/breakable.ts';
import type { Verdict } from '../../support/judgement.ts';
import type { Need } from '../../support/machine.ts';

export interface Trial {
  /** Its number among the faults that README.md lists. */
  number: number;
  title: string;
  needs?: Need[];
  lane?: LaneOptions;
  /** @default 'fs' */
  store?: 'fs' | 's3';
  /** It breaks what all share: no other trial is played beside it. */
  alone?: true;
  /** It takes so long that the long form plays one round of it. */
  once?: true;
  /** Plays it once in a lane of its own. Gives what is wrong, never an expectation that failed. */
  play(at: Breakable, lane: Lane): Promise<Verdict>;
}

/** Numbers its lines, ten a second, and ends by itself. */
export const counting = (lines: number, pause = 0.1) =>
  `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i"; sleep ${pause}; done`;

/** Some time within `least` and `most` milliseconds. */
export const some = (least: number, most: number) => least + Math.random() * (most - least);
