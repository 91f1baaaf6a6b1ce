import { ActionIcon, Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { newRow, type ScheduleRow } from '../data/scaling.ts';

const numberOr = <T,>(value: number | string, otherwise: T): number | T =>
  typeof value === 'number' ? value : otherwise;

interface Props {
  rows: ScheduleRow[];
  disabled: boolean;
  onChange(rows: ScheduleRow[]): void;
}

/** Times in which other bounds hold. */
export function ScheduleFields({ rows, disabled, onChange }: Props) {
  const set = (place: number, change: Partial<ScheduleRow>) =>
    onChange(rows.map((row, index) => (index === place ? { ...row, ...change } : row)));
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        Schedule
      </Text>
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its place
        <Group key={place} align="end" gap="xs">
          <TextInput
            label="From (cron)"
            disabled={disabled}
            value={row.cron}
            onChange={(e) => set(place, { cron: e.currentTarget.value })}
          />
          <TextInput
            label="Time zone"
            disabled={disabled}
            value={row.timezone}
            onChange={(e) => set(place, { timezone: e.currentTarget.value })}
          />
          <NumberInput
            label="For minutes"
            w={110}
            min={1}
            disabled={disabled}
            value={row.minutes}
            onChange={(value) => set(place, { minutes: numberOr(value, row.minutes) })}
          />
          {(['min', 'max'] as const).map((bound) => (
            <NumberInput
              key={bound}
              label={bound === 'min' ? 'At least' : 'At most'}
              w={90}
              min={0}
              disabled={disabled}
              value={row[bound]}
              onChange={(value) => set(place, { [bound]: numberOr(value, '') })}
            />
          ))}
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            disabled={disabled}
            aria-label={`Delete line ${place + 1} of the schedule`}
            onClick={() => onChange(rows.filter((_, index) => index !== place))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      {!disabled && (
        <Group>
          <Button variant="default" size="xs" onClick={() => onChange([...rows, newRow()])}>
            Add times
          </Button>
        </Group>
      )}
    </Stack>
  );
}
