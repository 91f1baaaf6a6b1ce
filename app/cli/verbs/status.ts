/** `cove status`: every service, and whether a job has run in a container yet. */
import { existsSync } from 'node:fs';
import { findEngine } from '../checks/docker.ts';
import { verb } from '../command.ts';
import { EXIT } from '../errors.ts';
import { findStack, isCloud, isWorkers } from '../installation.ts';
import { readProof } from '../proving/proof.ts';
import { listServices, withEngine } from '../services.ts';
import { duration, table } from '../table.ts';

export default verb({
  command: 'status',
  describe: 'Every service, its health, address and age',
  async run(args, io) {
    const installation = findStack(args);
    if (isWorkers(installation)) {
      const { statusWorkers } = await import('../cloud-verbs/look-workers.ts');
      return statusWorkers(io, installation);
    }
    if (isCloud(installation)) {
      const { statusCloud } = await import('../cloud-verbs/look.ts');
      return statusCloud(io, installation);
    }
    const { config } = installation;
    const [{ supervisor, services: alive }, engine] = await Promise.all([
      listServices(installation),
      findEngine(config.dockerSocket),
    ]);
    const proof = readProof(installation.places.proof);
    const container = proof?.container === true ? 'proven' : 'unproven';
    const services = withEngine(alive, config.environments, engine, container === 'proven');
    const isComplete = existsSync(installation.places.outputs);
    const isWell = isComplete && services.every(({ health }) => health === 'ok' || health === 'unproven');
    const { name, urls } = installation;
    io.result({ name, ...urls, complete: isComplete, supervisor, services, container, proof }, () => {
      if (services.length === 0 && existsSync(installation.places.data))
        return io.say(
          `Installation "${name}" does not run; its data is kept, and \`npx cove up\` brings it back.`,
        );
      if (services.length === 0)
        return io.say(`Installation "${name}" has not been made yet; \`npx cove up\` makes it.`);
      const rows = services.map((service) => [
        service.name,
        service.health,
        service.address ?? '',
        service.pid === null ? '' : `pid ${service.pid}`,
        service.uptimeSeconds === null ? '' : `up ${duration(service.uptimeSeconds)}`,
        service.detail ?? '',
      ]);
      for (const line of table(rows)) io.say(line);
      io.say();
      io.say(`web         ${urls.web}`);
      io.say(`containers  ${container}${proof === null ? '' : `; last proving run: ${proof.url}`}`);
      if (!isComplete) io.say('It is not complete: `npx cove up` goes on where the last one ended.');
      else if (alive.some(({ health }) => health !== 'ok')) io.say('`npx cove up` brings back what is down.');
    });
    return isWell ? undefined : EXIT.failed;
  },
});
