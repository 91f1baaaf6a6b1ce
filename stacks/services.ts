/** An installation's processes, for the command line: without the Pulumi SDK, which takes half a second to load. */
export { askSupervisor, SupervisorAway } from '../components/local/supervisor/client.ts';
export type { Health, InstallationStatus, ServiceStatus } from '../components/local/supervisor/status.ts';
export { installationStatus } from '../components/local/supervisor/status.ts';
