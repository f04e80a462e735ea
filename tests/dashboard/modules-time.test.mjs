import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, seeded } from './parts/bundle.mjs';

const { zone, span, ticks, period, columns } = await load('zone', 'span', 'ticks', 'period', 'columns');
const paris = new zone.ZoneClock('Europe/Paris');
const HOUR = 3_600_000;
const at = (text) => Date.parse(text);
const iso = (time) => new Date(time).toISOString().replace('.000Z', 'Z');

test('wall clock is that of Intl at any instant of any zone, around changes too', () => {
  const seed = 7;
  const random = seeded(seed);
  for (const name of ['Europe/Paris', 'America/New_York', 'Africa/Casablanca', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC']) {
    const clock = new zone.ZoneClock(name);
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
    const changes = [at('2026-03-29T01:00:00Z'), at('2026-10-25T01:00:00Z'), at('2026-03-08T07:00:00Z'), at('2026-11-01T06:00:00Z')];
    const times = [
      ...Array.from({ length: 300 }, () => at('2019-01-01T00:00:00Z') + Math.floor(random() * 10 * 365 * 24 * 3600) * 1000),
      ...changes.flatMap((one) => [one - 1000, one, one + 1000]),
    ];
    for (const time of times)
      assert.equal(
        new Date(clock.local(time)).toISOString().slice(0, 19).replace('T', ' '),
        format.format(time),
        `seed ${seed}, ${name}, ${iso(time)}`,
      );
  }
});

test('an instant that comes twice is the first, one that is leapt over is the leap', () => {
  assert.equal(iso(paris.instant(Date.UTC(2026, 9, 25, 2, 30))), '2026-10-25T00:30:00Z');
  assert.equal(iso(paris.instant(Date.UTC(2026, 2, 29, 2, 30))), '2026-03-29T01:00:00Z');
  assert.equal(iso(paris.instant(Date.UTC(2026, 10, 22, 12))), '2026-11-22T11:00:00Z');
});

test('local days have 23, 24 and 25 hours', () => {
  const hours = (date) => (paris.day(paris.parse(date), 1) - paris.parse(date)) / HOUR;
  assert.deepEqual(['2026-03-29', '2026-06-01', '2026-10-25'].map(hours), [23, 24, 25]);
  assert.equal(paris.date(at('2026-11-21T23:30:00Z')), '2026-11-22');
});

test('calendar stretches begin at local midnights', () => {
  const noon = at('2026-10-25T11:00:00Z');
  const told = (kind, steps = 0) => Object.values(span.calendar(kind, noon, paris, steps)).map(iso);
  assert.deepEqual(told('day'), ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z']);
  assert.deepEqual(told('week'), ['2026-10-18T22:00:00Z', '2026-10-25T23:00:00Z']);
  assert.deepEqual(told('month'), ['2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z']);
  assert.deepEqual(told('year', -1), ['2024-12-31T23:00:00Z', '2025-12-31T23:00:00Z']);
  for (const kind of ['day', 'week', 'month', 'year']) assert.equal(span.calendarOf(span.calendar(kind, noon, paris, -3), paris), kind);
  assert.equal(span.calendarOf({ from: noon, to: noon + HOUR }, paris), null);
});

test('windows suit the span', () => {
  const of = (hours) => span.lengthFor({ from: 0, to: hours * HOUR });
  assert.deepEqual([1, 25, 24 * 7, 24 * 31, 24 * 60, 24 * 366, 24 * 500].map(of), ['1m', '1m', '15m', '15m', '1h', '1h', '1d']);
});

test('zooming keeps the instant under the pointer, moving keeps the size, limits hold', () => {
  const shown = { from: 1000 * HOUR, to: 1024 * HOUR };
  const near = span.zoomed(shown, 0.5, 1006 * HOUR);
  assert.equal((1006 * HOUR - near.from) / (near.to - near.from), 0.25);
  assert.deepEqual(span.moved(shown, 0.5), { from: 1012 * HOUR, to: 1036 * HOUR });
  const limits = { from: 990 * HOUR, to: 1030 * HOUR };
  assert.deepEqual(span.within({ from: 1012 * HOUR, to: 1036 * HOUR }, limits), { from: 1006 * HOUR, to: 1030 * HOUR });
  assert.deepEqual(span.within({ from: 0, to: 9999 * HOUR }, limits), limits);
  assert.equal(span.zoomed(shown, 1e-9, 1006 * HOUR).to - span.zoomed(shown, 1e-9, 1006 * HOUR).from, span.SPAN_MIN);
});

test('ticks stand on even hours of the wall clock through both changes, never more than wanted', () => {
  for (const date of ['2026-03-29', '2026-10-25']) {
    const day = span.calendar('day', paris.parse(date) + 12 * HOUR, paris);
    const found = ticks.ticks(day, paris, 13);
    assert.deepEqual(found.at.map((one) => new Date(paris.local(one)).getUTCHours() % 2).filter((odd) => odd !== 0).length <= 1, true, date);
    assert.equal(found.text[0], 'day');
    assert.ok(
      found.at.every((one, i) => i === 0 || one > found.at[i - 1]),
      date,
    );
  }
  const seed = 11;
  const random = seeded(seed);
  for (let n = 0; n < 200; n++) {
    const from = at('2024-01-01T00:00:00Z') + random() * 700 * 24 * HOUR;
    const size = 10 * 60_000 * 10 ** (random() * 5.5);
    const found = ticks.ticks({ from, to: from + size }, paris, 10);
    assert.ok(found.at.length <= 13 && found.at.every((one) => one >= from && one < from + size), `seed ${seed}, round ${n}`);
  }
});

test('grids of days follow the zone, those of minutes the epoch', () => {
  const week = span.calendar('week', at('2026-10-25T11:00:00Z'), paris);
  const days = columns.grid(week, '1d', paris);
  assert.deepEqual(
    days.map((one) => paris.minutes(one * 1000)),
    [0, 0, 0, 0, 0, 0, 0],
  );
  assert.equal(columns.grid(span.calendar('day', at('2026-10-25T11:00:00Z'), paris), '15m', paris).length, 100);
});

test('periods step over ends of months and years and ISO weeks', () => {
  const step = (name, by) => period.stepPeriod(period.parsePeriod(name), by).name;
  assert.deepEqual(
    [step('2026-03-01', -1), step('2026-01', -1), step('2026', 1), step('2026-W53', 1), step('2026-W01', -1), step('12m-2026-03-31', -1)],
    ['2026-02-28', '2025-12', '2027', '2027-W01', '2025-W52', '12m-2026-02-28'],
  );
  assert.equal(period.parsePeriod('yesterday'), null);
  assert.equal(iso(period.mondayOf('2026-W47')), '2026-11-16T00:00:00Z');
});
