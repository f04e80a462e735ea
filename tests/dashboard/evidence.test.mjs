// What an auditor takes home: a pack made, watched and fetched on the page Label, and verified by the program's own verb.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, Watched } from './parts/browser.mjs';
import { Gateway, run, until } from './parts/gateway.mjs';

// Minutes of a Thursday are sealed when its gateway is started again on Friday.
const THURSDAY = ['--at', '2026-11-19T14:00', '--speed', '60', '--seed', '7'];
const FRIDAY = ['--at', '2026-11-20T10:00', '--speed', '30', '--seed', '7'];

let gateway;
let browser;
let token;

before(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(...THURSDAY), launch()]);
  await until('minutes of Thursday', async () => (await gateway.get('points/main.power.active/windows?length=1m')).windows.length >= 4, 60_000);
  await gateway.stop();
  gateway.more = FRIDAY;
  await gateway.begin();
  token = await gateway.token('audit', 'auditor');
  await until('Thursday is sealed and its head signed', () => gateway.get('evidence/checkpoint', token).then(() => true, () => false), 60_000);
  await gateway.judged(token);
});

after(async () => {
  await browser?.close();
  await gateway?.dispose();
});

test('The pack of a month is made while one watches, downloaded, and verifies; with one byte changed it does not', async () => {
  const watched = await Watched.open(browser, gateway.base);
  const { page } = watched;
  await watched.go(`/label#token=${token}`);
  await page.getByRole('button', { name: 'Make the evidence pack' }).click();
  await page.waitForSelector('progress');
  await page.waitForSelector('[data-test="pack"]');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-test="pack"]')]);
  assert.match(download.suggestedFilename(), /-2026-11-01-2026-11-19\.zip$/);
  const pack = join(gateway.folder, 'pack.zip');
  await download.saveAs(pack);
  const verified = await run('evidence', 'verify', pack);
  assert.equal(verified.code, 0, verified.said);
  const bytes = await readFile(pack);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(pack, bytes);
  assert.equal((await run('evidence', 'verify', pack)).code, 1);
  watched.assertClean(/401/);
  await watched.close();
});

test('A period that nothing is sealed of is refused in words', async () => {
  const watched = await Watched.open(browser, gateway.base);
  await watched.go(`/label?period=2026-09#token=${token}`);
  await watched.page.getByRole('button', { name: 'Make the evidence pack' }).click();
  assert.match(await watched.page.textContent('.export [role=alert]'), /\w+ \w+/);
  watched.assertClean(/401/);
  await watched.close();
});

test('A token that is revoked while a page is open leads to the door, and the next one back to the same page', async () => {
  const watched = await Watched.open(browser, gateway.base);
  const { page } = watched;
  const viewer = await gateway.token('reception', 'viewer');
  await watched.go(`/air?space=video-room&span=week#token=${viewer}`);
  await page.waitForSelector('.chart');
  await gateway.revoke(viewer);
  await page.waitForSelector('form input[name=token]');
  await page.fill('input[name=token]', await gateway.token('reception two', 'viewer'));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.chart');
  assert.equal(new URL(page.url()).searchParams.get('space'), 'video-room');
  await page.waitForSelector('.state.live');
  watched.assertClean(/401/);
  await watched.close();
});
