import { Alert, Button, Card, Container, Grid, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api } from '../data/api.ts';
import { execution as executionQuery, metadata } from '../data/queries.ts';
import { SAMPLE, toSeries } from '../data/series.ts';
import { isAlive } from '../data/types.ts';
import { Attempts } from '../parts/attempts.tsx';
import { ExecutionFacts } from '../parts/execution-facts.tsx';
import { LogView } from '../parts/log-view.tsx';
import { MetricChart } from '../parts/metric-chart.tsx';
import { Outputs } from '../parts/outputs.tsx';
import { ProjectHeader } from '../parts/project-header.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { useProject } from '../parts/use-project.ts';

/** A run: its log as it grows, its metrics as they come, its outputs, its end. */
export function ExecutionPage() {
  const project = useProject();
  const { counter } = useParams({ strict: false });
  const { data: execution } = useSuspenseQuery(executionQuery(project.id, counter ?? ''));
  const alive = isAlive(execution.status);
  const points = useQuery(metadata(execution.id, alive)).data?.points;
  const { axis, series } = useMemo(() => toSeries(points ?? []), [points]);
  const queryClient = useQueryClient();
  const stop = useMutation({
    mutationFn: () => api.POST('/api/v0/executions/{id}/stop/', { params: { path: { id: execution.id } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['execution', project.id] }),
  });
  const title = execution.title === '' ? execution.step : execution.title;
  return (
    <Container size="xl">
      <ProjectHeader
        project={project}
        title={
          <Group gap="sm">
            #{execution.counter} {title} <StatusBadge status={execution.status} size="lg" />
          </Group>
        }
      >
        {alive && (
          <Button
            color="red"
            variant="light"
            leftSection={<IconPlayerStop size={16} />}
            loading={stop.isPending}
            disabled={execution.status === 'stopping'}
            onClick={() => stop.mutate()}
          >
            Stop
          </Button>
        )}
      </ProjectHeader>
      {stop.error !== null && <Alert color="red">{stop.error.message}</Alert>}
      {execution.status_detail !== '' && (
        <Alert
          mb="md"
          color={execution.status === 'error' || execution.status === 'crashed' ? 'red' : 'cove'}
        >
          {execution.status_detail}
        </Alert>
      )}
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Card withBorder padding="lg">
              <Title order={4} mb="sm">
                Log
              </Title>
              <LogView executionId={execution.id} />
            </Card>
            {series.length > 0 && (
              <Card withBorder padding="lg">
                <Title order={4} mb="sm">
                  Metrics
                </Title>
                {(points?.length ?? 0) >= SAMPLE && (
                  <Text size="sm" c="dimmed" mb="sm">
                    A long run: at first {SAMPLE} points, spread evenly, are drawn; short peaks may be
                    missing. The API has all of them.
                  </Text>
                )}
                <Stack>
                  {series.map((one, index) => (
                    <MetricChart key={one.name} axis={axis} series={one} index={index} />
                  ))}
                </Stack>
              </Card>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <ExecutionFacts execution={execution} />
            {execution.max_retries > 0 && <Attempts execution={execution} />}
            <Outputs executionId={execution.id} status={execution.status} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Container>
  );
}
