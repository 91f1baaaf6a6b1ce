import { Anchor, Card, Group, Image, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { bytes } from '../data/format.ts';
import { download, outputs as outputsQuery } from '../data/queries.ts';
import type { Output, Status } from '../data/types.ts';

const isPicture = (name: string) => /\.(png|jpe?g|gif|webp|svg)$/i.test(name);

export function Outputs({ executionId, status }: { executionId: string; status: Status }) {
  const queryClient = useQueryClient();
  const { data = [] } = useQuery(outputsQuery(executionId));
  // biome-ignore lint/correctness/useExhaustiveDependencies: files appear as the run changes its state
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: ['outputs', executionId] });
  }, [queryClient, executionId, status]);
  return (
    <Card withBorder padding="lg">
      <Title order={4} mb="xs">
        Outputs
      </Title>
      {data.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
      <Stack gap="sm">
        {data
          .filter((output) => !output.purged)
          .map((output) => (
            <OutputFile key={output.id} output={output} />
          ))}
      </Stack>
    </Card>
  );
}

function OutputFile({ output }: { output: Output }) {
  const { data } = useQuery(download(output.id));
  return (
    <div>
      <Group justify="space-between" wrap="nowrap">
        <Anchor
          href={data?.url}
          download={output.name.split('/').at(-1)}
          size="sm"
          style={{ overflowWrap: 'anywhere' }}
        >
          <Group gap={6} wrap="nowrap">
            <IconDownload size={15} />
            {output.name}
          </Group>
        </Anchor>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {bytes(output.size)}
        </Text>
      </Group>
      {isPicture(output.name) && data !== undefined && (
        <Image src={data.url} alt={output.name} radius="sm" mt={6} />
      )}
    </div>
  );
}
