/** Server-sent events, as the HTML standard frames them. */
export interface ServerEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Reads events from a stream of bytes until it ends. */
export async function* parseEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let current: ServerEvent = { id: null, event: 'message', data: '' };
  for await (const bytes of stream) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (current.data !== '') yield { ...current, data: current.data.slice(0, -1) };
        current = { id: current.id, event: 'message', data: '' };
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') current.data += `${value}\n`;
      else if (field === 'event') current.event = value;
      else if (field === 'id') current.id = value;
    }
  }
}
