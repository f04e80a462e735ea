// The dashboard's modules without a browser: bundled by what the dashboard is built with, into a scratch folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const dashboard = fileURLToPath(new URL('../../../src/Ecocentre.Edge.Web/dashboard/', import.meta.url));

/** Loads modules of src/charts by name: `const { zone } = await load('zone')`. */
export async function load(...names) {
  const { rolldown } = await import(pathToFileURL(join(dashboard, 'node_modules/rolldown/dist/index.mjs')));
  const folder = await mkdtemp(join(tmpdir(), 'ecocentre-modules-'));
  try {
    const bundle = await rolldown({
      input: Object.fromEntries(names.map((name) => [name, join(dashboard, 'src/charts', `${name}.ts`)])),
      platform: 'node',
    });
    await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs' });
    await bundle.close();
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await import(pathToFileURL(join(folder, `${name}.mjs`)))])));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
