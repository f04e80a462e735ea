import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, seeded } from './parts/bundle.mjs';

const { zone, columns, store, carpet, compare, csv, occupied } = await load('zone', 'columns', 'store', 'carpet', 'compare', 'csv', 'occupied');
const paris = new zone.ZoneClock('Europe/Paris');
const HOUR = 3_600_000;
const windows = (starts, mean, coverage) => ({
  starts,
  mean,
  min: mean,
  max: mean,
  delta: mean.map(() => null),
  coverage: coverage ?? mean.map((one) => (one === null ? 0 : 1)),
});

test('a gap is null on the grid: a line through it breaks', () => {
  const starts = [0, 900, 1800, 2700, 3600];
  const known = windows([0, 900, 2700, 3600], [1, 2, 4, 5], [1, 1, 0, 0.5]);
  assert.deepEqual(columns.onGrid(starts, known, 'mean'), [1, 2, null, null, 5]);
});

test('gaps are told apart from what is known in part, and end where the running window begins', () => {
  const starts = [0, 900, 1800, 2700, 3600];
  assert.deepEqual(columns.gaps(starts, [1, null, 0, 0.4, null], '15m', 4_000_000), [
    { from: 900_000, to: 2_700_000, share: 0 },
    { from: 2_700_000, to: 3_600_000, share: 0.4 },
  ]);
});

test('a sum is not known where one of its parts is not', () => {
  assert.deepEqual(
    columns.sum([
      [1, 2, null],
      [3, null, null],
    ]),
    [4, null, null],
  );
  assert.deepEqual(columns.asPower([1, null], '15m'), [4, null]);
});

function gateway(log, limit = Infinity) {
  return async (points, length, span) => {
    log.push([points.join(), span.from, span.to]);
    const step = 900;
    const all = [];
    for (let start = Math.ceil(span.from / 1000 / step) * step; start < span.to / 1000; start += step) all.push(start);
    const starts = all.slice(0, limit);
    const values = starts.map((start) => start / step);
    return {
      zone: 'UTC',
      length,
      from: '',
      to: '',
      starts,
      next: all.length > limit ? new Date(all[limit] * 1000).toISOString() : null,
      points: points.map((point) => ({
        point,
        quantity: 'x',
        unit: '1',
        kind: 'gauge',
        mean: values,
        min: values,
        max: values,
        delta: null,
        coverage: starts.map(() => 1),
      })),
    };
  };
}

test('what was fetched once is not asked for again, and a hole is asked for alone', async () => {
  const log = [];
  const page = 8 * 24 * HOUR;
  const kept = new store.WindowStore(gateway(log), () => 100 * page);
  const none = new AbortController().signal;
  await kept.fetch(['a'], '15m', { from: 2 * page, to: 4 * page }, none);
  await kept.fetch(['a'], '15m', { from: 6 * page, to: 7 * page }, none);
  await kept.fetch(['a'], '15m', { from: 2.5 * page, to: 6.5 * page }, none);
  assert.deepEqual(log, [
    ['a', 2 * page, 4 * page],
    ['a', 6 * page, 7 * page],
    ['a', 4 * page, 6 * page],
  ]);
  const held = kept.held('a', '15m', { from: 3.2 * page, to: 5.1 * page });
  assert.ok(held.starts.every((one, i) => i === 0 || one === held.starts[i - 1] + 900));
  assert.deepEqual([held.starts[0] * 1000 >= 3.2 * page, held.starts.at(-1) * 1000 < 5.1 * page], [true, true]);
});

test('an answer in several parts is put together without a seam', async () => {
  const log = [];
  const kept = new store.WindowStore(gateway(log, 250), () => 1e15);
  await kept.fetch(['a', 'b'], '15m', { from: 0, to: 1000 }, new AbortController().signal);
  const held = kept.held('b', '15m', { from: 0, to: 8 * 24 * HOUR });
  assert.equal(log.length, 4);
  assert.deepEqual(
    held.mean,
    Array.from({ length: 8 * 96 }, (_, i) => i),
  );
});

test('the present is asked for again after a minute, the settled past never', async () => {
  const log = [];
  const page = 8 * 24 * HOUR;
  let now = 5.5 * page;
  const kept = new store.WindowStore(gateway(log), () => now);
  const none = new AbortController().signal;
  await kept.fetch(['a'], '15m', { from: 4 * page, to: 6 * page }, none);
  now += 30_000;
  await kept.fetch(['a'], '15m', { from: 4 * page, to: 6 * page }, none);
  assert.equal(log.length, 1);
  now += 31_000;
  assert.equal(kept.held('a', '15m', { from: 5 * page, to: 5.4 * page }), null);
  assert.ok(kept.sofar('a', '15m', { from: 5 * page, to: 5.4 * page }).starts.length > 0);
  await kept.fetch(['a'], '15m', { from: 4 * page, to: 6 * page }, none);
  assert.deepEqual(log[1].slice(1, 2), [5 * page]);
});

test('a carpet lays days of 23, 24 and 25 hours on the wall clock', () => {
  for (const [date, hours, check] of [
    ['2026-03-29', 23, (column) => Number.isNaN(column[2]) && column[1] === 1 && column[3] === 2],
    ['2026-10-25', 25, (column) => column[2] === 2.5 && column[1] === 1 && column[3] === 4],
    ['2026-06-10', 24, (column) => column.every((value, i) => value === i)],
  ]) {
    const from = paris.parse(date);
    const of = windows(
      Array.from({ length: hours }, (_, i) => from / 1000 + 3600 * i),
      Array.from({ length: hours }, (_, i) => i),
    );
    const laid = carpet.carpet(of, 'mean', '1h', { from, to: paris.day(from, 1) }, paris);
    assert.equal(laid.days.length, 1);
    assert.ok(check([...laid.cells]), `${date}: ${[...laid.cells]}`);
  }
});

test('a carpet of a year holds each window once, and nothing where nothing is known', () => {
  const seed = 3;
  const random = seeded(seed);
  const [from, to] = [paris.parse('2026-01-01'), paris.parse('2027-01-01')];
  const starts = columns.grid({ from, to }, '1h', paris).filter(() => random() > 0.2);
  const laid = carpet.carpet(
    windows(
      starts,
      starts.map(() => 7),
    ),
    'mean',
    '1h',
    { from, to },
    paris,
  );
  const filled = [...laid.cells].filter((one) => one === 7).length;
  // The hour that comes twice in autumn is one cell.
  assert.ok(Math.abs(filled - starts.length) <= 1, `seed ${seed}: ${filled} of ${starts.length}`);
  assert.equal(laid.days.length, 365);
  const pixels = new Uint8ClampedArray(365 * 24 * 4);
  carpet.paint(laid, pixels);
  assert.equal(pixels.filter((_, i) => i % 4 === 3).filter((one) => one === 255).length, filled);
});

test('compared days lie on the wall clock, and the usual day is their median', () => {
  const from = paris.parse('2026-10-25');
  const of = windows(
    columns.grid({ from, to: paris.day(from, 1) }, '15m', paris),
    Array.from({ length: 100 }, (_, i) => i),
  );
  const day = compare.compared('2026-10-25', of, 'mean', '15m', paris);
  assert.equal(day.values.length, 96);
  assert.deepEqual([day.values[0], day.values[8], day.values[12], day.values[95]], [0, 10, 16, 99]);
  const days = [
    [1, null],
    [5, null],
    [3, 9],
  ].map((values) => ({ date: '', values }));
  assert.deepEqual(compare.usualDay(days), [3, null]);
});

test('csv has a line for each window of which anything is known, and exactly its numbers', () => {
  const text = csv.csv(
    [1_795_219_200, 1_795_220_100, 1_795_221_000],
    [
      { name: 'a "b", c', unit: 'ppm', values: [422.7333, null, 1e-7], coverage: [1, null, 0.5] },
      { name: 'd', unit: '1', values: [null, null, 3], coverage: [0, null, 1] },
    ],
    '15m',
    paris,
  );
  assert.equal(
    text,
    [
      'start,end,local (Europe/Paris),"a ""b"", c (ppm)","a ""b"", c coverage",d,d coverage',
      '2026-11-21T00:00:00Z,2026-11-21T00:15:00Z,2026-11-21 01:00,422.7333,1,,0',
      '2026-11-21T00:30:00Z,2026-11-21T00:45:00Z,2026-11-21 01:30,1e-7,0.5,3,1',
      '',
    ].join('\r\n'),
  );
});

const office = {
  weekly: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => ({ day, from: '08:00', to: '19:00' })),
  holidays: ['2026-11-11'],
};

test('opening hours follow the wall clock, and holidays are closed', () => {
  const week = { from: paris.parse('2026-11-09'), to: paris.parse('2026-11-16') };
  const open = occupied.openStretches(office, week, paris);
  assert.deepEqual(
    open.map((one) => paris.date(one.from)),
    ['2026-11-09', '2026-11-10', '2026-11-12', '2026-11-13'],
  );
  assert.ok(open.every((one) => paris.minutes(one.from) === 480 && one.to - one.from === 11 * HOUR));
});

test('measured presence decides where it is known, opening hours elsewhere', () => {
  const from = paris.parse('2026-11-10') + 8 * HOUR;
  const rule = { presenceShareMin: 0.1, presenceCoverageMin: 0.75 };
  const quarter = (n) => from / 1000 + 900 * n;
  const presence = windows([quarter(0), quarter(1), quarter(2)], [0.5, 0.02, 0.9], [1, 1, 0.3]);
  const told = occupied.occupiedStretches(presence, office, rule, { from, to: from + HOUR }, paris);
  assert.deepEqual(told, [
    { from, to: from + 900_000, by: 'presence' },
    { from: from + 1_800_000, to: from + HOUR, by: 'opening' },
  ]);
  const isIn = occupied.inStretches(told);
  assert.deepEqual(
    [0, 1, 2, 3].map((n) => isIn(quarter(n) * 1000)),
    [true, false, true, true],
  );
});
