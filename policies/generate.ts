/** Writes the tables of docs/policies.md from the policies themselves: `node policies/generate.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { policies } from './catalog.ts';
import { type Level, type Policy, TARGETS } from './policy.ts';

const PAGE = fileURLToPath(new URL('../docs/policies.md', import.meta.url));
const BEGIN = '<!-- generated from policies/: node policies/generate.ts -->';
const END = '<!-- end of what is generated -->';

const FAMILIES: Record<string, string> = {
  NET: 'Network',
  TLS: 'TLS',
  LB: 'Load balancer',
  ENC: 'Encryption',
  SEC: 'Generated and kept secrets',
  STO: 'Object storage',
  IAM: 'Rights',
  CMP: 'Machines',
  DB: 'PostgreSQL and Redis',
  K8S: 'Kubernetes',
  WRK: 'Workers',
  OPS: 'Operations',
};
const MARKS: Record<Level, string> = { mandatory: 'M', advisory: 'A', '-': '–' };
const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function row(policy: Policy): string {
  const levels = TARGETS.map((target) => MARKS[policy.levels[target]]);
  const severity = policy.mildInDev ? `${policy.severity}, in dev advice` : policy.severity;
  const needed = `**${capital(policy.needed)}.** ${policy.why} *To do:* ${policy.todo}.`;
  return `| ${[policy.id, needed, ...levels, severity].join(' | ')} |`;
}

export function tables(): string {
  return Object.entries(FAMILIES)
    .map(([family, title]) => {
      const rows = policies.filter(({ id }) => id.startsWith(`${family}-`)).map(row);
      const head =
        '| Id | What, why, and what to do | AWS | GCP | Azure | K8s | Local | Severity |\n|---|---|---|---|---|---|---|---|';
      return `### ${title}\n\n${head}\n${rows.join('\n')}`;
    })
    .join('\n\n');
}

/** The page with its tables made anew; the rest of it is written by hand. */
export function renewed(page: string): string {
  const [before = '', rest = ''] = page.split(BEGIN);
  const after = rest.split(END)[1] ?? '\n';
  return `${before}${BEGIN}\n\n${tables()}\n\n${END}${after}`;
}

export const page = (): string => readFileSync(PAGE, 'utf8');

if (import.meta.main) writeFileSync(PAGE, renewed(page()));
