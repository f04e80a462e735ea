// A gateway that says something else: stands in front of a real one, passes everything on, and changes what is answered on the way.
import { createServer, request } from 'node:http';

/**
 * @param change told the path below /api/v1 (`live:now` and `live:desks` for events) and the JSON; gives the JSON to be told, or a number: this status instead
 * @param live answers /api/v1/live itself, when given
 * @returns the address it serves and how to stop it
 */
export async function serveAltered(gateway, change, live = null) {
  const server = createServer((from, to) => {
    const url = new URL(from.url, 'http://altered');
    const path = url.pathname.replace(/^\/api\/v1\//, '');
    if (live && path === 'live') return live(to);
    const options = { method: from.method, headers: { ...from.headers, host: new URL(gateway).host, 'accept-encoding': 'identity' }, agent: false };
    delete options.headers['if-none-match'];
    const passed = request(new URL(from.url, gateway), options, (back) => {
      const isEvents = path === 'live';
      if (!url.pathname.startsWith('/api/') || (back.statusCode !== 200 && !isEvents)) {
        to.writeHead(back.statusCode, back.headers);
        return back.pipe(to);
      }
      if (isEvents) return follow(back, to, change);
      let text = '';
      back.setEncoding('utf8').on('data', (part) => (text += part));
      back.on('end', () => {
        const told = change(path, JSON.parse(text), url.searchParams);
        const refused = typeof told === 'number';
        to.writeHead(refused ? told : 200, { 'Content-Type': 'application/json' });
        to.end(JSON.stringify(refused ? { title: 'Refused', status: told } : told));
      });
    });
    passed.on('error', () => to.destroy());
    to.on('close', () => passed.destroy());
    from.pipe(passed);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}

function follow(back, to, change) {
  to.writeHead(back.statusCode, back.headers);
  let held = '';
  back.setEncoding('utf8').on('data', (part) => {
    held += part;
    for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n')) {
      const event = held.slice(0, end);
      held = held.slice(end + 2);
      const name = /^event: (.+)$/m.exec(event)?.[1];
      const data = /^data: (.+)$/m.exec(event)?.[1];
      to.write(name && data ? `event: ${name}\ndata: ${JSON.stringify(change(`live:${name}`, JSON.parse(data)))}\n\n` : `${event}\n\n`);
    }
  });
  back.on('end', () => to.end());
}
