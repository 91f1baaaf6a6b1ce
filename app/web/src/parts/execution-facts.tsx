import { Card, Code, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { dateTime, duration, plain, shortCommit } from '../data/format.ts';
import type { Execution } from '../data/types.ts';

/** What was run, where, with what, and what came out as last metrics. */
export function ExecutionFacts({ execution }: { execution: Execution }) {
  const metrics = Object.entries(execution.cumulative_metadata ?? {}).filter(([key]) => !key.startsWith('_'));
  const parameters = Object.entries(execution.parameters).filter(([, value]) => value !== null);
  return (
    <Stack>
      <Facts
        title="Run"
        rows={[
          ['Step', execution.step],
          [
            'Commit',
            execution.commit === null ? '–' : <Code key="c">{shortCommit(execution.commit.identifier)}</Code>,
          ],
          ['Image', <Code key="i">{execution.image}</Code>],
          ['Environment', execution.environment?.name ?? '–'],
          ['Created', dateTime(execution.ctime)],
          ['By', execution.creator_name ?? '–'],
          ['Duration', duration(execution.duration)],
          ...(execution.max_retries > 0
            ? [
                ['Attempt', `${execution.attempt} of at most ${execution.max_retries + 1}`] satisfies [
                  string,
                  string,
                ],
              ]
            : []),
        ]}
      >
        <Code block mt="sm">
          {execution.interpolated_command}
        </Code>
      </Facts>
      {metrics.length > 0 && (
        <Facts title="Latest metrics" rows={metrics.map(([key, value]) => [key, plain(value)])} />
      )}
      {parameters.length > 0 && (
        <Facts title="Parameters" rows={parameters.map(([key, value]) => [key, plain(value)])} />
      )}
    </Stack>
  );
}

function Facts({
  title,
  rows,
  children,
}: {
  title: string;
  rows: [string, ReactNode][];
  children?: ReactNode;
}) {
  return (
    <Card withBorder padding="lg">
      <Title order={4} mb="xs">
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0}>
        <Table.Tbody>
          {rows.map(([key, value]) => (
            <Table.Tr key={key}>
              <Table.Td w="40%">
                <Text size="sm" c="dimmed">
                  {key}
                </Text>
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {children}
    </Card>
  );
}
