import { Alert, Badge, Button, Card, Group, NumberInput, Stack, Switch, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../data/api.ts';
import { dateTime } from '../data/format.ts';
import { environments } from '../data/queries.ts';
import { scalingChange, scalingForm } from '../data/scaling.ts';
import type { Environment } from '../data/types.ts';
import { ScheduleFields } from './schedule-fields.tsx';

/** One environment: its machines, and for those who may, how they come and go. */
export function EnvironmentCard({ environment }: { environment: Environment }) {
  return (
    <Card withBorder padding="lg" data-environment={environment.slug}>
      <Group justify="space-between" mb="xs">
        <Title order={4}>{environment.name}</Title>
        <Badge variant="light">
          {environment.worker_count} {environment.worker_count === 1 ? 'worker' : 'workers'}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {[
          environment.slug,
          [environment.owner?.name, environment.team?.name].filter((name) => name !== undefined).join(':'),
          environment.machine_type,
          environment.spot ? 'spot' : '',
          environment.gpu_spec,
        ]
          .filter((text) => text !== '')
          .join(' · ')}
      </Text>
      <Pause environment={environment} />
      <Retries environment={environment} />
      {environment.scale_status !== '' && <Alert mt="sm">{environment.scale_status}</Alert>}
      {environment.is_scalable ? (
        <ScalingFields environment={environment} />
      ) : (
        <Text size="sm" mt="sm">
          Its workers are made by the operator.
        </Text>
      )}
    </Card>
  );
}

/** That no job starts: told to everybody, changed by those who may. */
function Pause({ environment }: { environment: Environment }) {
  const {
    id,
    paused,
    paused_by: by,
    paused_at: since,
    pause_reason: reason,
    read_only: readOnly,
  } = environment;
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (on: boolean) => {
      const which = { params: { path: { id } } };
      return dataOf(
        on
          ? api.POST('/api/v0/environments/{id}/pause/', { ...which, body: { reason: '' } })
          : api.POST('/api/v0/environments/{id}/resume/', which),
      );
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: environments.queryKey }),
  });
  return (
    <>
      {!readOnly && (
        <Switch
          mt="sm"
          label="Takes jobs"
          checked={!paused}
          disabled={change.isPending}
          onChange={(event) => change.mutate(!event.currentTarget.checked)}
        />
      )}
      {paused && (
        <Alert mt="sm" color="orange">
          Paused{by && ` by ${by}`}
          {since && ` since ${dateTime(since)}`}
          {reason && `: ${reason}`}. Jobs that wait keep their place, those that run go on.
        </Alert>
      )}
      {change.error !== null && <Alert color="red">{change.error.message}</Alert>}
    </>
  );
}

/** How often lost executions are run again: told to everybody, changed by those who may. */
function Retries({
  environment: { id, max_retries: now, read_only: readOnly },
}: {
  environment: Environment;
}) {
  const [value, setValue] = useState(now);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      dataOf(
        api.PATCH('/api/v0/environments/{id}/', { params: { path: { id } }, body: { max_retries: value } }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: environments.queryKey }),
  });
  return (
    <>
      <NumberInput
        mt="sm"
        label="Run again after a loss, at most"
        description="Times, for jobs made from then on: a loss is a machine or an engine that died."
        min={0}
        max={20}
        allowDecimal={false}
        disabled={readOnly || change.isPending}
        value={value}
        onChange={(typed) => typeof typed === 'number' && setValue(typed)}
        onBlur={() => value !== now && change.mutate()}
      />
      {change.error !== null && <Alert color="red">{change.error.message}</Alert>}
    </>
  );
}

function ScalingFields({ environment }: { environment: Environment }) {
  const { id, scale_ceiling: ceiling, read_only: disabled } = environment;
  const [form, setForm] = useState(() => scalingForm(environment));
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      dataOf(
        api.PATCH('/api/v0/environments/{id}/', {
          params: { path: { id } },
          body: scalingChange(form, ceiling),
        }),
      ),
    onSuccess: async (changed) => {
      setForm(scalingForm(changed));
      await queryClient.invalidateQueries({ queryKey: environments.queryKey });
    },
  });
  const number = (label: string, key: 'min' | 'max' | 'graceMinutes', max?: number) => (
    <NumberInput
      label={label}
      min={0}
      {...(max !== undefined && { max })}
      disabled={disabled}
      value={form[key]}
      onChange={(value) => typeof value === 'number' && setForm({ ...form, [key]: value })}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack mt="sm">
        <Group align="end">
          {number('Machines at least', 'min', ceiling)}
          {number(`Machines at most (ceiling ${ceiling})`, 'max', ceiling)}
          {number('Minutes an idle one is kept', 'graceMinutes')}
        </Group>
        <ScheduleFields
          rows={form.schedule}
          disabled={disabled}
          onChange={(schedule) => setForm({ ...form, schedule })}
        />
        {save.error !== null && <Alert color="red">{save.error.message}</Alert>}
        {!disabled && (
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
            {save.isSuccess && <Text size="sm">Saved</Text>}
          </Group>
        )}
      </Stack>
    </form>
  );
}
