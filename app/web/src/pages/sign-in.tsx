import {
  Alert,
  Button,
  Center,
  Image,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../data/api.ts';

export function SignInPage() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { next } = useSearch({ strict: false });
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => api.POST('/api/v0/session/', { body: { username, password } }),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ href: next ?? '/' });
    },
  });
  return (
    <Center mih="100vh" p="md">
      <Paper withBorder shadow="md" p="xl" w={380} radius="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate();
          }}
        >
          <Stack>
            <Stack align="center" gap="xs">
              <Image src="/cove.svg" w={48} h={48} alt="" />
              <Title order={2}>Cove</Title>
              <Text c="dimmed" size="sm">
                Sign in to your installation
              </Text>
            </Stack>
            {signIn.error !== null && <Alert color="red">{signIn.error.message}</Alert>}
            <TextInput
              label="User name"
              autoComplete="username"
              autoFocus
              required
              value={username}
              onChange={(e) => setUsername(e.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(e) => setPassword(e.currentTarget.value)}
            />
            <Button type="submit" loading={signIn.isPending} fullWidth>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
