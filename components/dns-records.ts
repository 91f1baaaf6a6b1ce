/** Records that somebody else makes: said while `up` waits for them; `cove` shows them as a table. */
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from './contract.ts';

/** Of no resource: lines come in their order, and one of a resource that is not there yet would hold up all behind it. */
export function tell(record: pulumi.Output<DnsRecord>): void {
  record.apply(({ name, type, value, purpose }) => {
    if (!pulumi.runtime.isDryRun() && name !== '')
      void pulumi.log.info(`Make this DNS record: ${name} ${type} ${value} (${purpose})`);
  });
}
