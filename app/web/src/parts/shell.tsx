import { ActionIcon, Anchor, AppShell, Group, Image, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconKey, IconLogout, IconMoon, IconServer, IconSun, IconUser } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { api } from '../data/api.ts';
import { me } from '../data/queries.ts';

/** The frame of every page behind the sign-in. */
export function Shell() {
  const { data: user } = useQuery(me);
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await api.DELETE('/api/v0/session/');
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <AppShell header={{ height: 56 }} padding="md">
      <AppShell.Header px="lg">
        <Group h="100%" justify="space-between">
          <Anchor component={Link} to="/" underline="never" c="inherit">
            <Group gap="xs">
              <Image src="/cove.svg" w={28} h={28} alt="" />
              <Text fw={700} size="lg">
                Cove
              </Text>
            </Group>
          </Anchor>
          <Group gap="xs">
            <ActionIcon variant="subtle" color="gray" aria-label="Light or dark" onClick={toggleColorScheme}>
              {colorScheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
            </ActionIcon>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="light" size="lg" radius="xl" aria-label="Account">
                  <IconUser size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{user?.username}</Menu.Label>
                <Menu.Item
                  leftSection={<IconKey size={16} />}
                  renderRoot={(props) => <Link to="/auth/tokens" {...props} />}
                >
                  API tokens
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconServer size={16} />}
                  renderRoot={(props) => <Link to="/environments" {...props} />}
                >
                  Environments
                </Menu.Item>
                <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
                  Sign out
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
