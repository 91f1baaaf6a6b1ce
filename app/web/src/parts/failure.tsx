import { Alert, Container } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

/** What went wrong, in words; never a stack trace. */
export function Failure({ error }: { error: unknown }) {
  return (
    <Container size="sm" py="xl">
      <Alert color="red" icon={<IconAlertTriangle />} title="This did not work">
        {error instanceof Error ? error.message : String(error)}
      </Alert>
    </Container>
  );
}
