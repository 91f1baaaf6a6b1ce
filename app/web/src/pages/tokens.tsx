import {
  ActionIcon,
  Alert,
  Button,
  Card,
  Code,
  Container,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../data/api.ts';
import { dateTime } from '../data/format.ts';
import { tokens } from '../data/queries.ts';

/** Personal tokens for `vh login --token` and scripts. A new one is shown once. */
export function TokensPage() {
  const { data } = useSuspenseQuery(tokens);
  const [name, setName] = useState('');
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: tokens.queryKey });
  const create = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v0/tokens/', { body: { name } })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v0/tokens/{id}/', { params: { path: { id } } }),
    onSuccess: refresh,
  });
  return (
    <Container size="md">
      <Title order={2} mb="lg">
        API tokens
      </Title>
      <Stack>
        <Card withBorder padding="lg">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              create.mutate();
            }}
          >
            <Group align="end">
              <TextInput
                flex={1}
                label="What is it for?"
                required
                value={name}
                onChange={(e) => setName(e.currentTarget.value)}
              />
              <Button type="submit" loading={create.isPending}>
                Create token
              </Button>
            </Group>
          </form>
          {create.error !== null && (
            <Alert color="red" mt="md">
              {create.error.message}
            </Alert>
          )}
          {create.data !== undefined && (
            <Alert mt="md" title="Copy it now: it is shown only once">
              <Code>{create.data.token}</Code>
              <Text size="sm" mt="xs">
                vh login --host {window.location.origin} --token …
              </Text>
            </Alert>
          )}
        </Card>
        <Card withBorder padding={0}>
          <Table verticalSpacing="sm" horizontalSpacing="lg">
            <Table.Tbody>
              {data.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.name}</Table.Td>
                  <Table.Td>made {dateTime(token.ctime)}</Table.Td>
                  <Table.Td>
                    {token.last_used === null ? 'never used' : `used ${dateTime(token.last_used)}`}
                  </Table.Td>
                  <Table.Td ta="right">
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      aria-label={`Delete ${token.name}`}
                      onClick={() => remove.mutate(token.id)}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      </Stack>
    </Container>
  );
}
