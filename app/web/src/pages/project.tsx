import { Button, Card, Container, Table, Text } from '@mantine/core';
import { IconPlayerPlay, IconSettings } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { dateTime, duration, shortCommit } from '../data/format.ts';
import { executions } from '../data/queries.ts';
import type { Execution, Project } from '../data/types.ts';
import { ProjectHeader } from '../parts/project-header.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { useProject } from '../parts/use-project.ts';

export function ProjectPage() {
  const project = useProject();
  const { data } = useSuspenseQuery(executions(project.id));
  const params = { owner: project.owner.username, project: project.name };
  return (
    <Container size="lg">
      <ProjectHeader project={project}>
        <Button
          variant="default"
          leftSection={<IconSettings size={16} />}
          renderRoot={(props) => <Link to="/p/$owner/$project/settings" params={params} {...props} />}
        >
          Settings
        </Button>
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          renderRoot={(props) => <Link to="/p/$owner/$project/executions/new" params={params} {...props} />}
        >
          New execution
        </Button>
      </ProjectHeader>
      <Card withBorder padding={0}>
        {data.length === 0 ? (
          <Text c="dimmed" p="lg">
            Nothing has run yet. Set the repository under Settings, then start a step.
          </Text>
        ) : (
          <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="lg">
            <Table.Thead>
              <Table.Tr>
                {['#', 'Step', 'Status', 'Commit', 'Environment', 'Duration', 'Created'].map((head) => (
                  <Table.Th key={head}>{head}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((execution) => (
                <ExecutionRow key={execution.id} project={project} execution={execution} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Card>
    </Container>
  );
}

function ExecutionRow({ project, execution }: { project: Project; execution: Execution }) {
  const params = { owner: project.owner.username, project: project.name, counter: String(execution.counter) };
  return (
    <Table.Tr>
      <Table.Td>
        <Link className="table-link" to="/p/$owner/$project/executions/$counter" params={params}>
          #{execution.counter}
        </Link>
      </Table.Td>
      <Table.Td>
        <Link className="table-link" to="/p/$owner/$project/executions/$counter" params={params}>
          {execution.title === '' ? execution.step : execution.title}
        </Link>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={execution.status} />
      </Table.Td>
      <Table.Td ff="monospace">
        {execution.commit === null ? '–' : shortCommit(execution.commit.identifier)}
      </Table.Td>
      <Table.Td>{execution.environment?.name ?? '–'}</Table.Td>
      <Table.Td>{duration(execution.duration)}</Table.Td>
      <Table.Td>{dateTime(execution.ctime)}</Table.Td>
    </Table.Tr>
  );
}
