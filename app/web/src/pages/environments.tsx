import { Container, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { environments } from '../data/queries.ts';
import { EnvironmentCard } from '../parts/environment-card.tsx';

/** The environments that the person may use. */
export function EnvironmentsPage() {
  const { data } = useSuspenseQuery(environments);
  return (
    <Container size="lg">
      <Title order={2} mb="lg">
        Environments
      </Title>
      <Stack>
        {data.length === 0 && <Text>There is no environment that you may use.</Text>}
        {data.map((environment) => (
          <EnvironmentCard key={environment.id} environment={environment} />
        ))}
      </Stack>
    </Container>
  );
}
