/** Stands before a server, in a process of its own: 50 ms more for each request, and one in a hundred fails. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const target = new URL(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
let count = 0;

const server = createServer((incoming, answer) => {
  count++;
  const failing = count % 100 === 0;
  const { method = 'GET', url = '/', headers } = incoming;
  setTimeout(() => {
    if (failing && count % 200 === 0) {
      incoming.resume();
      answer.writeHead(503, { 'content-type': 'application/xml' });
      answer.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
      return;
    }
    const outgoing = request({ host: target.hostname, port: target.port, method, path: url, headers, agent });
    outgoing.on('response', (response) => {
      if (failing) {
        // Else its connection stays taken: after 256 of them nobody is answered any more.
        outgoing.destroy();
        return void incoming.socket.destroy();
      }
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.on('error', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }, 50);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
