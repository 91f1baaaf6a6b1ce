/** Records that somebody else makes: said while `up` waits for them; `cove` shows them as a table. */
import * as pulumi from '@pulumi/pulumi';
import type { DnsRecord } from './contract.ts';

export function tell(record: pulumi.Output<DnsRecord>, resource: pulumi.Resource): void {
  record.apply(({ name, type, value, purpose }) => {
    if (!pulumi.runtime.isDryRun() && name !== '')
      void pulumi.log.info(`Make this DNS record: ${name} ${type} ${value} (${purpose})`, resource);
  });
}
