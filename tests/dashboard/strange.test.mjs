// Centres unlike the demo's, and days unlike a good one: what pages make of much, of nothing and of nonsense.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serveAltered } from './parts/altered.mjs';
import { launch, sizes, Watched } from './parts/browser.mjs';
import { Gateway, until } from './parts/gateway.mjs';

const NIGHT = ['--at', '2026-11-17T22:30', '--seed', '7'];

const pages = ['/', '/air', '/energy', '/label', '/devices', '/display?still'];

let gateway;
let browser;
const standing = [];

/** Stands in front of the gateway until all tests are over. */
async function alter(change, live) {
  const one = await serveAltered(gateway.base, change, live);
  standing.push(one);
  return one.address;
}

before(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(...NIGHT), launch()]);
  await gateway.judged();
});

after(async () => {
  await browser?.close();
  await Promise.all(standing.map((one) => one.stop()));
  await gateway?.dispose();
});

/** Shows every page of an altered gateway on a phone and on a laptop: whole, without an error. */
async function look(change, { axe = [], check = async () => {}, expected } = {}) {
  const address = await alter(change);
  const watched = await Watched.open(browser, address, { viewport: sizes.phone, reducedMotion: 'reduce' });
  const { page } = watched;
  page.on('dialog', (dialog) => watched.errors.push(`a script of a name ran: ${dialog.message()}`));
  for (const path of pages) {
    await watched.go(path);
    await page.waitForSelector('h1, .display main');
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    await page.waitForSelector(path.startsWith('/display') ? '.display-clock' : '.state.live', { state: 'attached' });
    for (const size of [sizes.phone, sizes.laptop]) await watched.assertFits(path, size);
    if (axe.includes(path)) await watched.assertAccessible(path);
    await check(path, page);
  }
  watched.assertClean(expected);
  await watched.close();
}

test('A centre without spaces, desks, meters, devices, plan and label says so, and nothing breaks', () =>
  look(
    (path, json) => {
      if (path === 'spaces' || path === 'points') return [];
      if (path === 'label' || path === 'criteria') return 404;
      if (path === 'plan') return { storeys: [] };
      if (path === 'devices') return { ...json, dead: 0, devices: [], buses: [], sinks: [], troubles: [] };
      if (path === 'incidents') return { ...json, incidents: [], next: null };
      if (path === 'centre') return { ...json, name: '', points: 0, spaces: 0, desks: 0, opening: { weekly: [], holidays: [] } };
      if (path === 'live:now') return { ...json, points: {}, spaces: {} };
      if (path === 'live:desks') return { ...json, desks: [] };
      return json;
    },
    {
      axe: ['/', '/label'],
      expected: /404/,
      check: async (path, page) => {
        const text = await page.textContent('body');
        if (path === '/') assert.match(text, /judged by no label.*no floor plan|no floor plan.*judged by no label/s);
        if (path === '/air') assert.match(text, /No point of this centre measures air/);
        if (path === '/energy') assert.match(text, /No meter of this centre measures power/);
        assert.doesNotMatch(text, /NaN|undefined|null|\[object/);
      },
    },
  ));

test('Three hundred spaces with very long names and markup in them stay text, in place and accessible', () => {
  const HTML = '<img src=x onerror=alert(1)><b>R&D</b> "atelier" numéro ';
  const name = (n) => HTML + n + ' Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat((n % 3) + (n % 7 === 0 ? 1 : 0));
  const spaces = Array.from({ length: 300 }, (_, n) => ({
    id: `space-${n}`, name: name(n), storey: `${n % 6}`, areaSquareMetres: 20, peopleMax: 4, desks: n % 2 ? 4 : 0, occupied: n % 2, free: n % 2 ? 3 : 0, unknown: 0, isOccupied: true,
  }));
  const point = (n) => ({
    name: `air-${n}.co2`, quantity: 'co2', unit: 'ppm', kind: 'gauge', obis: null, device: `air-${n}-<i>x</i>`, place: `space-${n}`, roles: [], value: 700, at: null, quality: 'good',
  });
  return look(
    (path, json) => {
      if (path === 'spaces') return spaces;
      if (path === 'points') return [...json, ...spaces.map((_, n) => point(n))];
      if (path === 'centre') return { ...json, name: HTML.repeat(4) };
      if (path === 'plan')
        return {
          storeys: Array.from({ length: 6 }, (_, storey) => ({
            name: HTML + storey,
            spaces: spaces.filter((one) => one.storey === `${storey}`).map((one, i) => ({ id: one.id, outline: box((i % 10) * 6, Math.floor(i / 10) * 5, 5.5, 4.5) })),
            desks: [],
          })),
        };
      if (path === 'devices') {
        const devices = json.devices.map((one, n) => ({
          ...one, name: HTML + one.name, alive: n % 3 > 0, lastGoodAt: n % 2 ? null : one.lastGoodAt, why: n % 3 ? null : `${HTML} is silent`,
          costs: { points: ['a', 'b'], desksUnknown: 3, desks: [] },
        }));
        return { ...json, devices, troubles: [{ subject: HTML, text: HTML.repeat(3), fatal: true }], sinks: [{ name: HTML, alive: false, behind: 4e9, behindSince: json.gateway.now, trouble: HTML, troubleSince: json.gateway.now, fullInSeconds: 40_000 }] };
      }
      if (path === 'incidents') return { ...json, incidents: json.incidents.map((one) => ({ ...one, kind: 'of-another-time', subject: HTML, text: HTML.repeat(5) })) };
      if (path === 'label') return { ...json, title: HTML, cappedBy: json.verdicts.map((one) => one.criterion) };
      if (path === 'criteria') return { ...json, criteria: json.criteria.map((one) => ({ ...one, title: HTML + one.title, verdict: one.verdict && { ...one.verdict, cause: 'space-7', text: HTML } })) };
      if (path === 'live:now')
        return {
          ...json,
          points: { ...json.points, ...Object.fromEntries(spaces.map((_, n) => [`air-${n}.co2`, { v: 400 + 10 * n, t: Date.parse(json.at), q: 'good' }])) },
          spaces: Object.fromEntries(spaces.map((one) => [one.id, { desks: one.desks, occupied: one.occupied, free: one.free, unknown: 0 }])),
        };
      return json;
    },
    {
      axe: ['/devices', '/label'],
      // What is invented here has no past.
      expected: /404/,
      check: async (path, page) => {
        assert.equal(await page.$$eval('#app img, #app b > b', (all) => all.length), 0);
        if (path === '/') assert.equal(await page.$$eval('.spaces tbody tr', (all) => all.length), 300);
        if (path === '/devices') assert.match(await page.textContent('.task.bad:has-text("cannot be told")'), /Room for what waits runs out in 11 hours/);
      },
    },
  );
});

test('A gateway in 1970 says that its clock is wrong, and shows what it has', () => {
  const at = '1970-01-01T00:03:20Z';
  return look(
    (path, json) => {
      if (path === 'centre') return { ...json, now: at, since: '1970-01-01T00:00:00Z', clockTrusted: false };
      if (path === 'label' || path === 'criteria') return 503;
      if (path === 'devices') return { ...json, gateway: { ...json.gateway, now: at, clockTrusted: false }, troubles: [{ subject: 'clock', text: 'The clock is not synchronised; readings are questionable.', fatal: false }] };
      if (path === 'live:now') return { ...json, at, clockTrusted: false, points: Object.fromEntries(Object.entries(json.points).map(([name, one]) => [name, { ...one, t: 200_000, q: 'questionable' }])) };
      return json;
    },
    {
      expected: /503/,
      check: async (path, page) => {
        if (!path.startsWith('/display')) assert.match(await page.textContent('.banner'), /does not know the time/);
        assert.doesNotMatch(await page.textContent('body'), /NaN|Invalid Date/);
      },
    },
  );
});

test('At night, with nobody there, no room is judged by a limit of occupied time', async () => {
  const cold = await alter((path, json) =>
    path === 'live:now'
      ? { ...json, points: Object.fromEntries(Object.entries(json.points).map(([name, one]) => [name, /presence|occupied|people/.test(name) ? { ...one, v: 0 } : /temperature/.test(name) ? { ...one, v: 14 } : one])) }
      : json,
  );
  const watched = await Watched.open(browser, cold);
  await watched.go('/');
  await watched.page.waitForSelector('.spaces tbody tr');
  await until('rooms say that nobody is there', async () => (await watched.page.$$eval('.spaces .nobody', (all) => all.length)) >= 5);
  assert.equal(await watched.page.$$eval('.category.c4, .space.worst4', (all) => all.length), 0);
  assert.doesNotMatch(await watched.page.textContent('[data-test=wrong]'), /too cold/);
  watched.assertClean();
  await watched.close();
});

test('What is wrong, what fails the label and which device is dead are said first, each with its way on', async () => {
  const bad = await alter((path, json) => {
    if (path === 'devices') {
      const devices = json.devices.map((one) => (one.name === 'heat-pump' ? { ...one, alive: false, why: 'timeout', costs: { points: ['a', 'b'], desksUnknown: 0, desks: [] } } : one));
      return { ...json, dead: 1, devices, troubles: [{ subject: 'heat-pump', text: 'Does not answer.', fatal: false }, { subject: 'log', text: 'The disk is full.', fatal: true }] };
    }
    if (path !== 'criteria') return json;
    const dress = (one, level, more) => ({ ...one, verdict: { ...one.verdict, level, ...more } });
    const held = (one, value, projection) => dress(one, 'level1', { value, unit: '1', projection, levels: [{ outcome: 'met', value, limit: 0.95, limitName: 'shareMin', unit: '1' }, ...one.verdict.levels.slice(1)] });
    return {
      ...json,
      criteria: json.criteria.map((one) =>
        one.id === 'EN-4' ? dress(one, 'notmet', { cause: undefined }) : one.id === 'AQ-1' ? held(one, 0.96, 0.91) : one.id === 'TH-1' ? held(one, 0.97, 0.97) : one.verdict && one.mandatory ? dress(one, 'level2') : one,
      ),
    };
  });
  const watched = await Watched.open(browser, bad);
  const { page } = watched;
  await watched.go('/');
  await page.waitForSelector('[data-test=silent].bad');
  const tile = (name) => page.textContent(`[data-test=${name}]`);
  assert.match(await tile('wrong'), /One thing is wrong.*log The disk is full/s);
  assert.match(await tile('silent'), /1 of \d+ is silent.*heat-pump.*2 figures unknown/s);
  await until('the label is there', async () => /One criterion fails/.test(await tile('month')));
  assert.match(await tile('month'), /Energy while nobody is there fails.*CO2 above outdoor air heading below/s);
  assert.doesNotMatch(await tile('month'), /Temperature in its category/);
  await watched.assertAccessible('/');
  await page.click('[data-test=month] li a');
  await page.waitForSelector('#EN-4[open]');
  watched.assertClean();
  await watched.close();
});

test('An hour of sixty desks, lived in seconds, grows no memory', async () => {
  const stream = await picture();
  let go;
  const began = new Promise((done) => (go = done));
  const hour = await alter((_, json) => json, (to) => {
    to.writeHead(200, { 'Content-Type': 'text/event-stream' });
    to.write(stream.event(0));
    go(to);
  });
  const watched = await Watched.open(browser, hour);
  await watched.go('/');
  await watched.page.waitForSelector('.desk');
  const to = await began;
  const seen = (second) => watched.page.waitForFunction((desk) => document.querySelectorAll('.plan .desk.occupied').length === desk, stream.occupied(second), { timeout: 120_000 });
  const live = async (from, end) => {
    // Every other second is enough to draw, and every change of a desk is told.
    for (let second = from; second <= end; second += 2) if (!to.write(stream.event(second))) await new Promise((done) => to.once('drain', done));
    await seen(end);
  };
  const tools = await watched.context.newCDPSession(watched.page);
  const heap = async () => {
    for (let i = 0; i < 3; i++) await tools.send('HeapProfiler.collectGarbage');
    const [{ usedSize }, { metrics }] = [await tools.send('Runtime.getHeapUsage'), (await tools.send('Performance.enable'), await tools.send('Performance.getMetrics'))];
    return { bytes: usedSize, nodes: metrics.find((one) => one.name === 'Nodes').value };
  };
  // Ten minutes for what is kept once: formats, compiled code.
  await live(2, 600);
  const first = await heap();
  await live(602, 3600);
  const last = await heap();
  const grown = (last.bytes - first.bytes) / 1e6;
  console.log(`measured: an hour of 60 desks: heap ${(first.bytes / 1e6).toFixed(2)} MB after ten minutes, ${(last.bytes / 1e6).toFixed(2)} MB at its end; nodes ${first.nodes} and ${last.nodes}`);
  assert.ok(grown < 3, `${grown.toFixed(2)} MB more`);
  watched.assertClean();
  await watched.close();
});

/** Events of a building's hour, a second each: values change each second, and each six seconds somebody comes or goes. */
async function picture() {
  const [centre, points, spaces, list] = await Promise.all(['centre', 'points', 'spaces', 'desks'].map((one) => gateway.get(one)));
  const occupied = (second) => Math.floor(second / 6) % list.desks.length;
  return {
    occupied,
    event(second) {
      const at = new Date(Date.parse(centre.now) + second * 1000).toISOString();
      const now = {
        at, era: 0, clockTrusted: true,
        points: Object.fromEntries(points.map((one, i) => [one.name, { v: (one.value ?? i) * (1 + 0.02 * Math.sin(second + i)), t: Date.parse(at), q: 'good' }])),
        spaces: Object.fromEntries(spaces.map((one) => [one.id, { desks: one.desks, occupied: one.occupied, free: one.free, unknown: one.unknown }])),
      };
      const desks = { ...list, sequence: second, desks: list.desks.map((one, i) => ({ ...one, state: i < occupied(second) ? 'occupied' : 'free', since: at, sequence: second })) };
      return `event: now\ndata: ${JSON.stringify(now)}\n\n${second % 6 === 0 ? `event: desks\ndata: ${JSON.stringify(desks)}\n\n` : ''}`;
    },
  };
}

function box(x, y, width, height) {
  return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
}
