import { Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dateTime } from '../data/format.ts';
import { attempts } from '../data/queries.ts';
import type { Attempt, Execution } from '../data/types.ts';

/** Of a run that was lost: how often it was begun, where, and what came of it. */
export function Attempts({ execution: { id, attempt, status } }: { execution: Execution }) {
  const { data = [] } = useQuery(attempts(id, attempt, status));
  if (!data.some((one) => one.run_again)) return null;
  return (
    <Card withBorder padding="lg">
      <Title order={4} mb="xs">
        Attempts
      </Title>
      <Stack gap="xs">
        {data.map((one) => (
          <div key={one.number}>
            <Text size="sm">
              {one.number} · {one.worker ?? 'a worker that is gone'} · {dateTime(one.started_at)}
            </Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {outcome(one)}
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

function outcome({ ended_at, status, reason, refused_reports: late }: Attempt): string {
  const end = ended_at === null ? 'runs' : [status, reason].filter((word) => word).join(': ');
  if (late === 0) return end;
  return `${end}. ${late} ${late === 1 ? 'report' : 'reports'} came after its end and ${late === 1 ? 'was' : 'were'} refused`;
}
