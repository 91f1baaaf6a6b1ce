/** A name server that knows TXT records, over UDP and TCP: what an authority and our provider ask for a proof (RFC 1035). */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';

export interface DnsServer {
  /** `127.0.0.1:<port>` */
  address: string;
  /** By name, without the last dot. */
  texts: Map<string, string>;
  /** Names that were asked for. */
  asked: string[];
  close(): void;
}

const TXT = 16;
const NO_SUCH_NAME = 3;

export async function startDns(): Promise<DnsServer> {
  const texts = new Map<string, string>();
  const asked: string[] = [];
  const answer = (query: Buffer): Buffer => {
    const { name, end } = nameAt(query, 12);
    asked.push(name);
    const found = query.readUInt16BE(end) === TXT ? texts.get(name.toLowerCase()) : undefined;
    return answerTo(query, end + 4, found);
  };
  // Over TCP a message follows its length, in one piece for a question of a few bytes.
  const tcp = createServer((connection) => {
    connection.on('error', () => {});
    connection.on('data', (message) => {
      const said = answer(message.subarray(2));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(said.length);
      connection.write(Buffer.concat([length, said]));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4');
  udp.on('message', (query, from) => udp.send(answer(query), from.port, from.address));
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  const close = () => {
    udp.close();
    tcp.close();
  };
  return { address: `127.0.0.1:${port}`, texts, asked, close };
}

function nameAt(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function answerTo(query: Buffer, questionEnd: number, text: string | undefined): Buffer {
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // An answer, with authority; recursion was asked for and is there.
  header.writeUInt16BE(0x8580 | (text === undefined ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(text === undefined ? 0 : 1, 6);
  const question = query.subarray(12, questionEnd);
  if (text === undefined) return Buffer.concat([header, question]);
  const record = Buffer.alloc(12);
  // The name is that of the question.
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(TXT, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(1, 6);
  record.writeUInt16BE(text.length + 1, 10);
  return Buffer.concat([header, question, record, Buffer.from([text.length]), Buffer.from(text)]);
}
