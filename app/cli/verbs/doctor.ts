/** `cove doctor`: what is wrong on this machine and with this installation, and how to mend each. */
import { machineChecks, preflight } from '../checks/all.ts';
import { describe, type Finding } from '../checks/finding.ts';
import { askHealth, checkHttp2, judgeHealth } from '../checks/reach.ts';
import { verb } from '../command.ts';
import { EXIT } from '../errors.ts';
import { findStack, type Installation, isCloud, isWorkers, version } from '../installation.ts';
import { readProof } from '../proving/proof.ts';
import { listServices } from '../services.ts';

export default verb({
  command: 'doctor',
  describe: 'What is wrong here, and how to mend it',
  async run(args, io) {
    const installation = findStack(args);
    if (isWorkers(installation)) {
      const { doctorWorkers } = await import('../cloud-verbs/look-workers.ts');
      return doctorWorkers(io, installation);
    }
    if (isCloud(installation)) {
      const { doctorCloud } = await import('../cloud-verbs/look.ts');
      return doctorCloud(io, installation);
    }
    const findings = await examine(installation);
    const checks = findings.map((finding) => ({ ...finding, ok: finding.level === 'ok' }));
    const failed = findings.filter(({ level }) => level === 'fail').length;
    io.result({ installation: installation.name, version: version(), checks }, () => {
      for (const finding of findings) io.say(describe(finding));
      io.say(failed === 0 ? 'Nothing to mend.' : `${failed} to mend.`);
    });
    return failed === 0 ? undefined : EXIT.failed;
  },
});

async function examine(installation: Installation): Promise<Finding[]> {
  const { services } = await listServices(installation);
  const isUp = services.length > 0;
  const reached = isUp ? await askHealth(installation.urls.local) : { health: null, time: null, why: null };
  const machine = [
    ...(await preflight(installation, reached.health !== null)),
    ...(await machineChecks(installation, reached.time)),
  ];
  if (!isUp) {
    const absent: Finding = {
      check: 'installation',
      level: 'ok',
      found: 'not made yet; `npx cove up` makes it',
    };
    return [...machine, absent];
  }
  return [
    ...machine,
    ...services.map(
      ({ name, health, detail }): Finding =>
        health === 'ok'
          ? { check: name, level: 'ok', found: 'runs' }
          : {
              check: name,
              level: 'fail',
              found: detail ?? health,
              todo: `\`npx cove logs ${name}\` tells why; \`npx cove up\` mends it.`,
            },
    ),
    ...judgeHealth(installation.urls.local, reached),
    await checkHttp2(installation),
    judgeProof(installation),
  ];
}

function judgeProof({ places }: Installation): Finding {
  const proof = readProof(places.proof);
  if (proof?.container === true) return { check: 'containers', level: 'ok', found: `proven by ${proof.url}` };
  return {
    check: 'containers',
    level: 'warn',
    found: 'unproven: no job has run in a container yet',
    todo: '`npx cove run-example` tries it.',
  };
}
