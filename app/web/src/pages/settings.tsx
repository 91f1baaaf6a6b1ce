import {
  Alert,
  Button,
  Card,
  Code,
  Container,
  CopyButton,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../data/api.ts';
import { dateTime, shortCommit } from '../data/format.ts';
import { commits, repository as repositoryQuery } from '../data/queries.ts';
import type { Project } from '../data/types.ts';
import { ProjectHeader } from '../parts/project-header.tsx';
import { useProject } from '../parts/use-project.ts';

/** Where the code comes from: repository, deploy key, fetched commits. */
export function SettingsPage() {
  const project = useProject();
  return (
    <Container size="md">
      <ProjectHeader project={project} title="Settings" />
      <Stack>
        <Repository project={project} />
        <Commits project={project} />
      </Stack>
    </Container>
  );
}

function Repository({ project }: { project: Project }) {
  const queryClient = useQueryClient();
  const { data: repository } = useSuspenseQuery(repositoryQuery(project));
  const [url, setUrl] = useState(repository?.url ?? '');
  const save = useMutation({
    mutationFn: () =>
      dataOf(
        api.PUT('/api/v0/projects/{id}/repository/', { params: { path: { id: project.id } }, body: { url } }),
      ),
    onSuccess: (saved) => queryClient.setQueryData(repositoryQuery(project).queryKey, saved),
  });
  const key = repository?.public_key;
  return (
    <Card withBorder padding="lg">
      <Title order={4} mb="sm">
        Git repository
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Group align="end">
          <TextInput
            flex={1}
            label="Address"
            placeholder="git@example.com:team/project.git"
            required
            value={url}
            error={save.error?.message}
            onChange={(e) => setUrl(e.currentTarget.value)}
          />
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </form>
      {typeof key === 'string' && key !== '' && (
        <Stack gap="xs" mt="md">
          <Text size="sm">Give this key read access to the repository, then fetch:</Text>
          <Code block>{key}</Code>
          <CopyButton value={key}>
            {({ copied, copy }) => (
              <Button size="xs" variant="light" w="fit-content" onClick={copy}>
                {copied ? 'Copied' : 'Copy the deploy key'}
              </Button>
            )}
          </CopyButton>
        </Stack>
      )}
    </Card>
  );
}

function Commits({ project }: { project: Project }) {
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(commits(project.id));
  const fetchNow = useMutation({
    mutationFn: () =>
      dataOf(api.POST('/api/v0/projects/{id}/fetch/', { params: { path: { id: project.id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['commits', project.id] }),
  });
  const errors = fetchNow.error !== null ? [fetchNow.error.message] : (fetchNow.data?.errors ?? []);
  return (
    <Card withBorder padding="lg">
      <Group justify="space-between" mb="sm">
        <Title order={4}>Commits</Title>
        <Button
          variant="light"
          leftSection={<IconDownload size={16} />}
          loading={fetchNow.isPending}
          onClick={() => fetchNow.mutate()}
        >
          Fetch repository
        </Button>
      </Group>
      {errors.length > 0 && (
        <Alert color="red" mb="sm">
          {errors.join(' ')}
        </Alert>
      )}
      {errors.length === 0 && fetchNow.data !== undefined && (
        <Alert mb="sm">
          {fetchNow.data.commits.length === 0
            ? 'Nothing new.'
            : `${fetchNow.data.commits.length} new commit(s).`}
        </Alert>
      )}
      <Table>
        <Table.Tbody>
          {data.map((commit) => (
            <Table.Tr key={commit.identifier}>
              <Table.Td ff="monospace">{shortCommit(commit.identifier)}</Table.Td>
              <Table.Td>{commit.ref}</Table.Td>
              <Table.Td>{commit.description.split('\n')[0]}</Table.Td>
              <Table.Td>{dateTime(commit.commit_time)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
