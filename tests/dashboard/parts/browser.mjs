import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const sizes = { phone: { width: 390, height: 844 }, laptop: { width: 1366, height: 768 }, wall: { width: 1920, height: 1080 } };

// Nothing waits so long on a machine that has time; one that builds beside may be twenty times slower.
const PATIENCE = 90_000;

// Without these Chromium asks its maker's machines for updates; tests may run as root and on machines without a graphics card.
const options = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

export const launch = () => chromium.launch(options);

/** A page of which every error and every request is noted. */
export class Watched {
  static async open(browser, base, more = {}) {
    const context = await browser.newContext({ viewport: sizes.laptop, locale: 'en-GB', ...more });
    context.setDefaultTimeout(PATIENCE);
    const watched = new Watched();
    Object.assign(watched, { context, base, page: await context.newPage(), errors: [], strangers: [], transferred: new Map() });
    watched.page.on('console', (message) => message.type() === 'error' && watched.errors.push(`${message.text()} ${message.location().url}`));
    watched.page.on('pageerror', (error) => watched.errors.push(error.stack ?? error.message));
    watched.page.on('request', (request) => new URL(request.url()).origin === base || watched.strangers.push(request.url()));
    watched.page.on('requestfinished', async (request) => {
      const size = await request.sizes().catch(() => null);
      if (size) watched.transferred.set(request.url(), { type: request.resourceType(), bytes: size.responseBodySize });
    });
    return watched;
  }

  async go(path) {
    await this.page.goto(this.base + path);
  }

  /** Nothing went wrong in the page and nothing was asked of anybody but the gateway. */
  assertClean(expected = /$^/) {
    assert.deepEqual(this.errors.filter((error) => !expected.test(error)), []);
    assert.deepEqual(this.strangers, []);
  }

  /** Axe finds nothing wrong after WCAG 2.2 AA and its own best practices, or after the rules named. */
  async assertAccessible(where, rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']) {
    // Evaluated from outside: the pages' own policy would let no script in.
    await this.page.evaluate(`globalThis.axe ??= (() => { ${axe}; return globalThis.axe; })()`);
    const { violations } = await this.page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] }), rules);
    const found = violations.map((one) => `${where}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
    assert.deepEqual(found, []);
  }

  /** Nothing makes the page wider than such a screen, once it has been laid out for it: what does is named. */
  async assertFits(where, size) {
    await this.page.setViewportSize(size);
    const fits = ({ width }) => innerWidth === width && document.documentElement.scrollWidth <= document.documentElement.clientWidth;
    // Charts are drawn anew a moment after their cards have changed.
    if (await this.page.waitForFunction(fits, size).catch(() => null)) return;
    const found = await this.page.evaluate(() => {
      const wide = document.documentElement.clientWidth;
      const all = [...document.querySelectorAll('#app *')].filter((one) => one.getBoundingClientRect().right > wide + 0.5);
      return all.slice(0, 12).map((one) => `${one.tagName}.${one.getAttribute('class')} to ${Math.round(one.getBoundingClientRect().right)}: ${one.textContent.slice(0, 40)}`);
    });
    assert.fail(`${where} is wider than ${size.width}: ${found.join(', ')}`);
  }

  close() {
    return this.context.close();
  }
}
