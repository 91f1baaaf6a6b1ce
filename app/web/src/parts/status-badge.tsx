import { Badge, Loader } from '@mantine/core';
import type { Status } from '../data/types.ts';

const COLORS: Record<Status, string> = {
  created: 'gray',
  queued: 'yellow',
  started: 'blue',
  stopping: 'orange',
  complete: 'teal',
  error: 'red',
  crashed: 'grape',
  stopped: 'gray',
};

export function StatusBadge({ status, size = 'sm' }: { status: Status; size?: 'sm' | 'lg' }) {
  const moving = status === 'started' || status === 'stopping';
  return (
    <Badge
      color={COLORS[status]}
      variant="light"
      size={size}
      data-status={status}
      leftSection={moving ? <Loader size={10} color={COLORS[status]} /> : undefined}
    >
      {status}
    </Badge>
  );
}
