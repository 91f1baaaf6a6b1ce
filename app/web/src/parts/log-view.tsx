import { Anchor, Group, Switch, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useLiveLog } from '../data/use-live-log.ts';

const NOTES = { live: 'live', cut: 'connection lost, trying again…', ended: 'ended' };

/** The log as it grows: status lines in colour, errors apart, numbers as the platform gave them. */
export function LogView({ executionId }: { executionId: string }) {
  const { lines, dropped, state } = useLiveLog(executionId);
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const last = lines.at(-1)?.id;
  useEffect(() => {
    if (follow && last !== undefined) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [follow, last]);
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          {lines.length + dropped} lines, {NOTES[state]}
          {dropped > 0 && ` (the last ${lines.length} shown)`}
        </Text>
        <Group>
          <Switch
            size="xs"
            label="Follow"
            checked={follow}
            onChange={(e) => setFollow(e.currentTarget.checked)}
          />
          <Anchor size="sm" href={`/api/v0/executions/${executionId}/log/`} download>
            Download
          </Anchor>
        </Group>
      </Group>
      <div className="log" ref={box} role="log" aria-label="Log">
        {lines.map((line) => (
          <div className="log-line" data-stream={line.stream} key={line.id}>
            <span>{line.seq}</span>
            <span title={line.time}>{line.message}</span>
          </div>
        ))}
      </div>
    </>
  );
}
