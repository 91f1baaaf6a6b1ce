/**
 * The proxy of the test's gateway: `node proxy.ts CONFIG`. Port 80 only leads to 443, where TLS ends and HTTP/2 is spoken;
 * what is asked goes to the one backend, byte by byte, without a limit of time.
 */
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';

const { name, backend, port, certificate, key } = JSON.parse(fs.readFileSync(process.argv[2] ?? '', 'utf8'));
const HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'http2-settings'];

http
  .createServer((request, response) => {
    response.writeHead(301, { location: `https://${name}${request.url}` }).end();
  })
  .listen(8080);

http2
  .createSecureServer({ cert: certificate, key, allowHTTP1: true }, (request, response) => {
    const host = request.headers[':authority'] ?? request.headers.host;
    if (host !== name) return void response.writeHead(404).end();
    const kept = Object.entries(request.headers).filter(
      ([own]) => !own.startsWith(':') && !HOP.includes(own),
    );
    const headers = {
      ...Object.fromEntries(kept),
      host: name,
      'x-forwarded-for': request.socket.remoteAddress,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': name,
    };
    const asked = http.request({ host: backend, port, method: request.method, path: request.url, headers });
    asked.on('response', (answer) => {
      const back = Object.entries(answer.headers).filter(([own]) => !HOP.includes(own));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(back));
      answer.pipe(response);
      answer.on('error', () => response.destroy?.());
    });
    asked.on('error', () => {
      if (!response.headersSent) response.writeHead(503);
      response.end();
    });
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  })
  .listen(8443);
