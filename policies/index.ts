/** The policy pack: what the engine starts, as a folder (`--policy-pack policies`) or as a program (`policies/pack`). */
import { PolicyPack } from '@pulumi/policy';
import { policies } from './catalog.ts';
import { factsHere } from './engine/facts.ts';
import { serve } from './engine/pack.ts';

// The SDK reads the pack's version from where it runs.
process.chdir(import.meta.dirname);
new PolicyPack('cove', {
  description: 'What every Cove installation keeps to; docs/policies.md tells each policy.',
  policies: serve(policies, factsHere()),
});
