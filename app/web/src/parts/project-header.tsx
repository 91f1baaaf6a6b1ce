import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Project } from '../data/types.ts';

/** Where one is, and what can be done here. */
export function ProjectHeader({
  project,
  title,
  children,
}: {
  project: Project;
  title?: ReactNode;
  children?: ReactNode;
}) {
  const params = { owner: project.owner.username, project: project.name };
  return (
    <Stack gap={4} mb="lg">
      <Breadcrumbs>
        <Anchor component={Link} to="/" size="sm">
          Projects
        </Anchor>
        <Anchor size="sm" renderRoot={(props) => <Link to="/p/$owner/$project" params={params} {...props} />}>
          {project.owner.username}/{project.name}
        </Anchor>
      </Breadcrumbs>
      <Group justify="space-between">
        <Title order={2}>{title ?? project.name}</Title>
        <Group gap="xs">{children}</Group>
      </Group>
      {title === undefined && project.description !== '' && <Text c="dimmed">{project.description}</Text>}
    </Stack>
  );
}
