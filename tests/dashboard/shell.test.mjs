import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Gateway, until } from './parts/gateway.mjs';
import { launch, sizes, Watched } from './parts/browser.mjs';

// A working morning, fast enough that somebody comes or goes every second.
const MORNING = ['--at', '2026-11-17T09:05', '--speed', '30', '--seed', '7'];

const pages = ['/', '/air', '/energy', '/label', '/devices', '/display'];

let gateway;
let browser;

before(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(...MORNING), launch()]);
  await gateway.judged();
});

after(async () => {
  await browser?.close();
  await gateway?.dispose();
});

async function open(more) {
  return Watched.open(browser, gateway.base, more);
}

test('First load is at most 150 kB of compressed script, asks nobody else and is usable within a second', async () => {
  const watched = await open();
  // The moment somebody could read who is where: the plan with its desks is drawn.
  await watched.page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.plan .desk.occupied')) return;
      observer.disconnect();
      requestAnimationFrame(() => performance.mark('usable'));
    }).observe(document, { childList: true, subtree: true });
  });
  await watched.go('/');
  await watched.page.waitForSelector('.desk.occupied');
  await watched.page.waitForLoadState('load');
  const scripts = [...watched.transferred.values()].filter((one) => one.type === 'script');
  const bytes = scripts.reduce((sum, one) => sum + one.bytes, 0);
  assert.ok(scripts.length > 0 && bytes <= 150_000, `${bytes} B`);
  const times = () =>
    watched.page.evaluate(() => ({
      painted: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      usable: performance.getEntriesByName('usable')[0].startTime,
    }));
  await watched.page.waitForFunction(() => performance.getEntriesByName('usable').length > 0);
  const first = await times();
  await watched.page.reload();
  await watched.page.waitForFunction(() => performance.getEntriesByName('usable').length > 0);
  const again = await times();
  // Told, not held: what a machine does that builds and tests at the same time says nothing of the pages.
  console.log(
    `measured: first load: script ${(bytes / 1000).toFixed(1)} kB compressed, first paint after ${Math.round(first.painted)} ms, usable after ${Math.round(first.usable)} ms; ` +
      `the second time after ${Math.round(again.painted)} and ${Math.round(again.usable)} ms (wanted: usable within 1000 ms)`,
  );
  watched.assertClean();
  await watched.close();
});

for (const path of pages)
  test(`${path} is accessible in both themes and fits every screen, without an error or a request to elsewhere`, async () => {
    const watched = await open({ colorScheme: 'light', reducedMotion: 'reduce' });
    const { page } = watched;
    await watched.go(path);
    await page.waitForSelector('h1');
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    await watched.assertAccessible(`${path} light`);
    // The same elements in other colours: only these are looked at again.
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForSelector('html[data-theme=dark]');
    await watched.assertAccessible(`${path} dark`, ['color-contrast']);
    // The narrow one is a laptop's window at 400 %, as WCAG 1.4.10 asks.
    for (const size of [...Object.values(sizes), { width: 320, height: 640 }]) await watched.assertFits(path, size);
    watched.assertClean();
    await watched.close();
  });

test('French is spoken from the menu to the last word of a heading, and is remembered', async () => {
  const watched = await open({ locale: 'fr-FR' });
  await watched.go('/');
  await watched.page.waitForSelector('h1');
  assert.equal(await watched.page.getAttribute('html', 'lang'), 'fr');
  assert.equal(await watched.page.textContent('h1'), 'En direct');
  await watched.page.getByRole('button', { name: 'English' }).click();
  assert.equal(await watched.page.textContent('h1'), 'Now');
  await watched.page.reload();
  await watched.page.waitForSelector('h1');
  assert.equal(await watched.page.textContent('h1'), 'Now');
  assert.equal(await watched.page.getAttribute('html', 'lang'), 'en');
  watched.assertClean();
  await watched.close();
});

test('A desk that somebody takes or leaves is seen on the plan at once', async () => {
  const watched = await open();
  await watched.go('/');
  await watched.page.waitForSelector('.plan .desk.occupied');
  const shown = () => watched.page.$$eval('.plan .desk', (all) => all.map((one) => one.getAttribute('class').split(' ')[1]).join(' '));
  const first = await shown();
  await until('the plan changes', async () => (await shown()) !== first);
  await until('the plan agrees with the API', async () => {
    const told = (await gateway.get('desks')).desks;
    const plan = await gateway.get('plan');
    const byId = new Map(told.map((desk) => [desk.id, desk.state]));
    return (await shown()) === plan.storeys.flatMap((storey) => storey.desks.map((desk) => byId.get(desk.id))).join(' ');
  });
  watched.assertClean();
  await watched.close();
});

test('The plan and the rooms agree with the API, and each state has a shape of its own', async () => {
  const watched = await open();
  await watched.go('/');
  await watched.page.waitForSelector('.spaces tbody tr');
  const spaces = (await gateway.get('spaces')).filter((space) => space.desks > 0);
  const rows = await watched.page.$$eval('.spaces tbody .room', (all) => all.map((one) => one.textContent));
  for (const space of spaces) assert.ok(rows.includes(space.name), space.name);
  assert.equal(await watched.page.$$eval('.plan .desk', (all) => all.length), (await gateway.get('desks')).desks.length);
  const shapes = await watched.page.$$eval('.plan .desk', (all) => Object.fromEntries(all.map((one) => [one.getAttribute('class'), one.querySelector(':scope > :not(title)').tagName])));
  assert.equal(shapes['desk free'] ?? 'circle', 'circle');
  assert.equal(shapes['desk occupied'], 'rect');
  await watched.close();
});

test('Everything can be reached by keyboard, and the focus goes to the page that was opened', async () => {
  const watched = await open();
  await watched.go('/');
  await watched.page.waitForSelector('h1');
  await watched.page.keyboard.press('Tab');
  assert.equal(await watched.page.evaluate(() => document.activeElement.className), 'skip');
  for (let i = 0; i < 6; i++) {
    await watched.page.keyboard.press('Tab');
    if ((await watched.page.evaluate(() => document.activeElement.getAttribute('href'))) === '/devices') break;
  }
  await watched.page.keyboard.press('Enter');
  await watched.page.waitForSelector('.devices h1');
  await until('the heading has the focus', () => watched.page.evaluate(() => document.activeElement.tagName === 'H1'));
  assert.equal(new URL(watched.page.url()).pathname, '/devices');
  await watched.page.goBack();
  await watched.page.waitForSelector('.now h1');
  watched.assertClean();
  await watched.close();
});

test('The devices page lists every device and receiver, and incidents page by page', async () => {
  const watched = await open();
  await watched.go('/devices');
  await watched.page.waitForSelector('.buses table');
  const { devices } = await gateway.get('devices');
  const rows = await watched.page.$$eval('.buses tbody th', (all) => all.map((one) => one.textContent));
  assert.deepEqual(rows.sort(), devices.map((one) => one.name).sort());
  await watched.page.waitForSelector('.incidents tbody tr');
  watched.assertClean();
  await watched.close();
});

test('The foyer display turns by itself, can be stopped, and names nobody', async () => {
  const watched = await open({ viewport: sizes.wall });
  await watched.go('/display?lang=fr&still');
  await watched.page.waitForSelector('.slide');
  const slide = () => watched.page.getAttribute('.display', 'data-slide');
  const first = await slide();
  await watched.page.getByRole('button', { name: 'Suivant' }).click();
  await until('the next slide', async () => (await slide()) !== first);
  for (const one of ['air', 'solar', 'label', 'desks']) {
    await watched.go(`/display?still&slide=${one}`);
    await watched.page.waitForSelector(`.display[data-slide="${one}"] .slide`);
    assert.doesNotMatch(await watched.page.textContent('.display'), /\bd\d\d\b|LYO-D/);
    const small = await watched.page.$$eval('.slide *', (all) => Math.min(...all.filter((e) => e.childNodes.length && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => parseFloat(getComputedStyle(e).fontSize))));
    assert.ok(small >= 20, `${one}: ${small} px`);
  }
  watched.assertClean();
  await watched.close();
});

test('When the gateway stops the page says so and how old it is, and goes on when it is back', async () => {
  const watched = await open();
  const foyer = await open();
  await watched.go('/');
  await foyer.go('/display');
  await watched.page.waitForSelector('.desk');
  await foyer.page.waitForSelector('.slide');
  await gateway.stop();
  await Promise.all([watched, foyer].map((one) => one.page.waitForSelector('[data-test=stale]')));
  assert.match(await watched.page.textContent('[data-test=stale]'), /from \d\d:\d\d/);
  await gateway.begin();
  await gateway.judged();
  await watched.page.waitForSelector('[data-test=stale]', { state: 'detached' });
  await watched.page.waitForSelector('.state.live');
  // While it was away, requests to it failed, and browsers say so.
  watched.assertClean(/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/);
  await Promise.all([watched.close(), foyer.close()]);
});

test('From the first token on nobody gets in without one; it is traded for a cookie that scripts cannot read', async () => {
  const watched = await open();
  const token = await gateway.token('wall screen', 'viewer');
  await watched.go('/');
  await watched.page.waitForSelector('form input[name=token]');
  await watched.assertAccessible('door');
  await watched.page.fill('input[name=token]', 'ecoedge_00000000_guessed');
  await watched.page.keyboard.press('Enter');
  await watched.page.waitForSelector('[role=alert]');
  assert.match(await watched.page.textContent('[role=alert]'), /not known/);
  await watched.page.fill('input[name=token]', token);
  await watched.page.keyboard.press('Enter');
  await watched.page.waitForSelector('.now h1');
  assert.equal(await watched.page.evaluate(() => document.cookie), '');
  const [cookie] = await watched.context.cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/']);
  assert.doesNotMatch(await watched.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })), /ecoedge_/);
  await watched.page.reload();
  await watched.page.waitForSelector('.now .desk');
  await watched.page.getByRole('button', { name: /Log out/ }).click();
  await watched.page.waitForSelector('form input[name=token]');
  assert.deepEqual(await watched.context.cookies(), []);
  watched.assertClean(/401/);
  await watched.close();
});

test('A screen without a keyboard is let in by its address, in which the token does not stay', async () => {
  const watched = await open();
  const token = await gateway.token('foyer', 'viewer');
  await watched.go(`/display#token=${token}`);
  await watched.page.waitForSelector('.slide');
  assert.equal(new URL(watched.page.url()).hash, '');
  watched.assertClean(/401/);
  await watched.close();
});

test('An auditor sees figures and no desk', async () => {
  const watched = await open();
  const token = await gateway.token('auditor', 'auditor');
  await watched.go(`/#token=${token}`);
  await watched.page.waitForSelector('.spaces tbody tr');
  await until('figures are there', () => watched.page.$eval('.now-power', (one) => /\d+(\.\d)? k?W/.test(one.textContent)));
  assert.equal(await watched.page.$$eval('.plan .desk:not(.unknown)', (all) => all.length), 0);
  watched.assertClean(/401/);
  await watched.close();
});
