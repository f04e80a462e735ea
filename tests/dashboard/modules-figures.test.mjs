import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, seeded } from './parts/bundle.mjs';

const { zone, bands, signature, duration } = await load('zone', 'bands', 'signature', 'duration');
const paris = new zone.ZoneClock('Europe/Paris');
const limit = (name, ...levels) => ({ name, unit: '', levels, sources: [] });
const setting = (name, value) => ({ name, unit: '', value, source: { id: '', title: '', sure: '' } });
const criterion = (more) => ({
  id: 'X',
  kind: 'share-within',
  mandatory: true,
  limits: [],
  settings: [],
  inputs: [{ input: 'value', space: 'a', points: ['p'], declared: null }],
  ...more,
});

test('a range above outdoor air stands on what is measured there, else on what is declared, else on the profile', () => {
  const co2 = criterion({ limits: [limit('aboveOutdoorMax', 1350, 800, 550)], settings: [setting('outdoorDefault', 400)] });
  assert.deepEqual(
    bands.bandsOf(co2, [0], paris, null).bands.map((one) => one.high[0]),
    [1750, 1200, 950],
  );
  const declared = { ...co2, inputs: [...co2.inputs, { input: 'outdoorDeclared', space: null, points: [], declared: 420 }] };
  assert.deepEqual(
    bands.bandsOf(declared, [0], paris, null).bands.map((one) => one.high[0]),
    [1770, 1220, 970],
  );
  const measured = { ...co2, inputs: [...co2.inputs, { input: 'outdoor', space: null, points: ['roof.co2'], declared: null }] };
  assert.equal(bands.referencePoint(measured), 'roof.co2');
  assert.deepEqual(
    bands.bandsOf(measured, [0, 900], paris, [430, null]).bands.map((one) => one.high),
    [
      [1780, null],
      [1230, null],
      [980, null],
    ],
  );
});

test('a value holds the best level whose range it lies in', () => {
  const humidity = bands.bandsOf(criterion({ limits: [limit('valueMin', 20, 25, 30), limit('valueMax', 70, 60, 60)] }), [0], paris, null).bands;
  assert.deepEqual(
    [45, 27, 65, 15].map((value) => bands.levelAt(humidity, 0, value)),
    [3, 2, 1, 0],
  );
});

test('levels with the same range are one, named after the best', () => {
  const same = bands.bandsOf(criterion({ limits: [limit('valueMax', 35, 15, 15)] }), [0], paris, null).bands;
  assert.deepEqual(
    same.map((one) => [one.level, one.high[0]]),
    [
      [1, 35],
      [3, 15],
    ],
  );
});

test('a level that asks nothing has no range', () => {
  const none = bands.bandsOf(criterion({ limits: [limit('valueMax', null, 500, 400)] }), [0], paris, null).bands;
  assert.deepEqual(
    none.map((one) => one.level),
    [2, 3],
  );
});

test('ranges of temperature change with the heating season, on the local day', () => {
  const warmth = criterion({
    kind: 'temperature-category',
    settings: [setting('heatingFrom', 1001), setting('heatingTo', 520)],
    limits: [limit('heatingMin', 19, 19, 19), limit('heatingMax', 25, 25, 25), limit('coolingMin', 22, 23, 23), limit('coolingMax', 27, 26, 26)],
  });
  const starts = ['2026-05-20T21:45:00Z', '2026-05-20T22:00:00Z', '2026-09-30T21:59:00Z', '2026-09-30T22:00:00Z'].map(
    (one) => Date.parse(one) / 1000,
  );
  const told = bands.bandsOf(warmth, starts, paris, null);
  assert.deepEqual(told.bands[0].low, [19, 22, 22, 19]);
  assert.equal(told.partly, false);
  const adaptive = { ...warmth, inputs: [...warmth.inputs, { input: 'mechanicalCooling', space: null, points: [], declared: 0 }] };
  const open = bands.bandsOf(adaptive, starts, paris, null);
  assert.deepEqual([open.partly, open.bands[0].low], [true, [19, null, null, 19]]);
});

test('of several criteria the mandatory one sets the ranges of a point', () => {
  const all = [criterion({ id: 'A', mandatory: false }), criterion({ id: 'B' }), criterion({ id: 'C', kind: 'icone' })];
  assert.equal(bands.criterionOf('p', all).id, 'B');
  assert.equal(bands.criterionOf('q', all), null);
});

test('a signature finds base, slope and balance of days that have them', () => {
  const seed = 5;
  const random = seeded(seed);
  const days = Array.from({ length: 300 }, (_, i) => {
    const outdoor = -4 + 28 * random();
    return { at: i, outdoor, energy: 60 + 5.5 * Math.max(0, 15 - outdoor) + 4 * (random() - 0.5), open: true };
  });
  const fit = signature.fitSignature(days);
  assert.ok(
    Math.abs(fit.base - 60) < 1 && Math.abs(fit.slope - 5.5) < 0.15 && Math.abs(fit.balance - 15) <= 0.5 && fit.explained > 0.98,
    `seed ${seed}: ${JSON.stringify(fit)}`,
  );
  assert.ok(Math.abs(signature.fitted(fit, 5) - 115) < 1.5);
});

test('a straight signature stays straight, and too little weather gives none', () => {
  const days = Array.from({ length: 60 }, (_, i) => ({ at: i, outdoor: i / 3, energy: 100 - 2 * (i / 3), open: true }));
  const fit = signature.fitSignature(days);
  assert.equal(fit.balance, null);
  assert.ok(Math.abs(signature.fitted(fit, 10) - 80) < 1e-9);
  assert.equal(signature.fitSignature(days.slice(0, 7)), null);
  assert.equal(signature.fitSignature(days.map((day) => ({ ...day, outdoor: 12 }))), null);
});

test('a duration curve falls from the peak to the base, and skips what is not known', () => {
  const curve = duration.duration([3, null, 1, 2, 5, 4]);
  assert.deepEqual([curve.count, curve.load[0], curve.load.at(-1)], [5, 5, 1]);
  assert.ok(curve.load.every((one, i) => i === 0 || one <= curve.load[i - 1]));
  assert.deepEqual([duration.duration([null]).count, duration.quantile([null], 0.5), duration.quantile([4, 1, 3, 2], 0.5)], [0, null, 3]);
});
