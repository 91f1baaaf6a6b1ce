/** What an operator asks of a local installation's services; without the Pulumi SDK, so that it loads in no time. */
export { askSupervisor, SupervisorAway } from '../components/local/supervisor/client.ts';
export { endInstallation } from '../components/local/supervisor/end.ts';
export type { Health, InstallationStatus, ServiceStatus } from '../components/local/supervisor/status.ts';
export { installationStatus } from '../components/local/supervisor/status.ts';
export { returnsAt } from '../components/local/supervisor/systemd.ts';
