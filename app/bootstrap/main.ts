/** The operator's idempotent program (design 13): what a fresh set of services needs before API and workers start. */
import type { BootstrapSettings } from '../settings.ts';

export type Step = 'database' | 'vault' | 'platform' | 'migrate';

/** Runs all steps, or one. Every step may be run again, also after it was killed at any point. */
export async function runBootstrap(
  _settings: BootstrapSettings,
  _options: { only?: Step | undefined; log: (message: string) => void },
): Promise<void> {}

export const isStep = (text: string): text is Step =>
  ['database', 'vault', 'platform', 'migrate'].includes(text);
