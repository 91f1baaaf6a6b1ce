import {
  Badge,
  Button,
  Card,
  Container,
  Group,
  Modal,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, api, dataOf } from '../data/api.ts';
import { dateTime } from '../data/format.ts';
import { projects } from '../data/queries.ts';
import type { Project } from '../data/types.ts';

export function ProjectsPage() {
  const { data } = useSuspenseQuery(projects);
  const [creating, { open, close }] = useDisclosure();
  return (
    <Container size="lg">
      <Group justify="space-between" mb="lg">
        <Title order={2}>Projects</Title>
        <Button leftSection={<IconPlus size={16} />} onClick={open}>
          New project
        </Button>
      </Group>
      {data.length === 0 && <Text c="dimmed">No project yet. Make the first one.</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }}>
        {data.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </SimpleGrid>
      <Modal opened={creating} onClose={close} title="New project">
        <NewProject />
      </Modal>
    </Container>
  );
}

function ProjectCard({ project }: { project: Project }) {
  const params = { owner: project.owner.username, project: project.name };
  const running =
    (project.execution_summary.started_count ?? 0) + (project.execution_summary.queued_count ?? 0);
  return (
    <Card
      withBorder
      padding="lg"
      renderRoot={(props) => <Link to="/p/$owner/$project" params={params} {...props} />}
    >
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text fw={650} truncate>
          {project.name}
        </Text>
        {running > 0 && <Badge variant="light">{running} active</Badge>}
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2} mih={40}>
        {project.description === '' ? 'No description' : project.description}
      </Text>
      <Text size="xs" c="dimmed" mt="sm">
        {project.owner.username} · {project.execution_summary.count ?? 0} executions ·{' '}
        {dateTime(project.ctime)}
      </Text>
    </Card>
  );
}

function NewProject() {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v0/projects/', { body: { name, description } })),
    onSuccess: async (project) => {
      await queryClient.invalidateQueries({ queryKey: projects.queryKey });
      await navigate({
        to: '/p/$owner/$project/settings',
        params: { owner: project.owner.username, project: project.name },
      });
    },
  });
  const fields = create.error instanceof ApiError ? create.error.fields : {};
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          required
          data-autofocus
          value={name}
          error={
            fields.name ??
            (create.error !== null && Object.keys(fields).length === 0 ? create.error.message : undefined)
          }
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(e) => setDescription(e.currentTarget.value)}
        />
        <Button type="submit" loading={create.isPending}>
          Create project
        </Button>
      </Stack>
    </form>
  );
}
