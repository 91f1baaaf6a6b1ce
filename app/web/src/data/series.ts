import type { MetadataPoint } from './types.ts';

export interface Series {
  name: string;
  /** Numbers of the horizontal axis and of the metric, in step. */
  x: number[];
  y: number[];
}
/** Keys that count progress rather than measure it: the first one present in every point becomes the axis. */
const AXES = ['epoch', 'step', 'iteration', 'batch'];

/**
 * Points of a long run that are asked for: a million would take the browser seconds. Many more than a chart has pixels,
 * as what is logged once in a hundred points has a curve of its own.
 */
export const SAMPLE = 10_000;

/** What to ask for to get the points that came after these. */
export function behind(known: readonly MetadataPoint[]): { after: string } | { sample: number } {
  const last = known.at(-1);
  return last === undefined ? { sample: SAMPLE } : { after: `${last.attempt}-${last.seq}` };
}

/**
 * Turns metadata points into one line per numeric key. Points without a common axis are numbered as they came. Of a run
 * that was run again only the last attempt is drawn.
 */
export function toSeries(all: MetadataPoint[]): { axis: string; series: Series[] } {
  const attempt = all.at(-1)?.attempt;
  const points = all.filter((point) => point.attempt === attempt);
  const axis = AXES.find((key) => points.some((p) => typeof p.value[key] === 'number'));
  const byName = new Map<string, Series>();
  points.forEach((point, index) => {
    const x = axis === undefined ? index + 1 : point.value[axis];
    if (typeof x !== 'number') return;
    for (const [name, y] of Object.entries(point.value)) {
      if (name === axis || name.startsWith('_') || typeof y !== 'number' || !Number.isFinite(y)) continue;
      const series = byName.get(name) ?? { name, x: [], y: [] };
      series.x.push(x);
      series.y.push(y);
      byName.set(name, series);
    }
  });
  return { axis: axis ?? 'point', series: [...byName.values()].filter((s) => s.x.length > 1) };
}
