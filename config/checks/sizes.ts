/** Minimum sizes of the `prod` profile: what the platform is documented to need. Pure. */

/** What is too small about a machine, in words that follow its name; undefined where nothing is. */
export function tooSmall(
  { vcpus, gib }: { vcpus: number; gib: number },
  needs: { vcpus: number; gib: number },
): string | undefined {
  if (vcpus >= needs.vcpus && gib >= needs.gib) return undefined;
  return `which has ${vcpus} vCPU and ${gib} GiB; in prod at least ${needs.vcpus} vCPU and ${needs.gib} GiB (profile: dev has no minimum)`;
}
