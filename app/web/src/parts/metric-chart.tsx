import { useMantineColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Series } from '../data/series.ts';

const HEIGHT = 220;
const COLORS = ['#1098ad', '#f08c00', '#7048e8', '#2f9e44', '#e03131', '#1971c2'];

/** One chart of one metric; redrawn in place while the run goes on. */
export function MetricChart({ axis, series, index }: { axis: string; series: Series; index: number }) {
  const { ref, width } = useElementSize();
  const { colorScheme } = useMantineColorScheme();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const dark = colorScheme === 'dark';
  const measured = width > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new points are set below, without a new chart
  useEffect(() => {
    if (!measured) return;
    const stroke = dark ? '#adb5bd' : '#495057';
    const grid = { stroke: dark ? '#373a40' : '#e9ecef', width: 1 };
    const color = COLORS[index % COLORS.length];
    plot.current = new uPlot(
      {
        width,
        height: HEIGHT,
        scales: { x: { time: false } },
        axes: [
          { stroke, grid, label: axis, labelSize: 18 },
          { stroke, grid, size: 56 },
        ],
        series: [
          { label: axis },
          { label: series.name, stroke: color, width: 2, fill: `${color}18`, points: { show: false } },
        ],
      },
      [series.x, series.y],
      box.current ?? undefined,
    );
    return () => plot.current?.destroy();
  }, [measured, dark, axis, index, series.name]);
  useEffect(() => {
    if (measured) plot.current?.setSize({ width, height: HEIGHT });
  }, [measured, width]);
  useEffect(() => plot.current?.setData([series.x, series.y]), [series]);
  return (
    <div ref={ref}>
      <div ref={box} role="img" aria-label={`Chart of ${series.name}`} data-points={series.x.length} />
    </div>
  );
}
