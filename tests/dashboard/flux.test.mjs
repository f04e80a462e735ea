import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import flux from '@influxdata/flux-lsp-node';

// The boards for InfluxDB 2.x ask in Flux, which no database that Debian has answers: InfluxData's own compiler checks syntax, names and types.
const folder = new URL('../../config/grafana/flux/', import.meta.url);
const isValid = (script) => new flux.Flux(script).is_valid();

// What Grafana hands over: its variables filled in, and `v` with the time shown.
function filled(question) {
  const [, imports, rest] = /^((?:import [^\n]*\n)*)([^]*)$/.exec(question);
  const script = `${imports}option v = {timeRangeStart: -1d, timeRangeStop: now(), windowPeriod: 15m}\n${rest}`;
  return script.replaceAll('${bucket}', 'ecocentre').replace(/\$\{\w+:regex\}/g, '(lyon|nantes)');
}

for (const name of readdirSync(folder))
  test(`every question of config/grafana/flux/${name} is Flux`, () => {
    const board = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const variables = board.templating.list.filter((one) => one.type === 'query');
    for (const { query } of [...board.panels.flatMap((panel) => panel.targets), ...variables]) {
      const script = filled(query);
      assert.doesNotMatch(script, /\$\{/, 'a variable that the test does not fill');
      assert.ok(isValid(script), script);
    }
  });

test('what is no Flux is told from what is', () => {
  const from = 'from(bucket: "a") |> range(start: -1d)';
  assert.ok(isValid(from));
  for (const bad of [`${from} |> meen()`, `${from} |> aggregateWindow(every: 1d, fn: mean, createNull: true)`, 'from(bucket: 1) |> range(start: -1d)', `${from} |> filter(fn: (r) =>`])
    assert.ok(!isValid(bad), bad);
});
