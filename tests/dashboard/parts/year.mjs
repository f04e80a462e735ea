// A gateway with a past: stands in front of a real one (the demo's, whose past is minutes) and passes everything on, but for the windows of points, which it
// generates for four years back, and the levels of verdicts, of which a label then has every one. What it says is a pure function of point and time.
//   node parts/year.mjs GATEWAY [PORT]        as in: node parts/year.mjs http://127.0.0.1:8480
import { createServer, request } from 'node:http';

const QUARTER = 900;
const SECONDS = { '1m': 60, '15m': QUARTER, '1h': 3600, '1d': 86_400 };
const YEARS = 4;

/** Of the past hours these are in no log: [hours before now, hours long]. */
export const GAPS = [
  [30, 5],
  [24 * 40, 24 * 3],
  [24 * 190, 24 * 9],
];

/** In these only part was heard. */
const PARTLY = [[52, 3]];

/** @returns the address it serves and how to stop it */
export async function serveYear(gateway, port = 0) {
  const answer = async (path) => (await fetch(new URL(path, gateway))).json();
  const [centre, points] = await Promise.all([answer('/api/v1/centre'), answer('/api/v1/points')]);
  const year = new Year(points, centre);
  const server = createServer((from, to) => {
    const url = new URL(from.url, 'http://year');
    const tell = (json) => {
      to.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'private, no-cache' });
      to.end(JSON.stringify(json));
    };
    if (url.pathname === '/api/v1/points/windows') return tell(year.columns(url.searchParams));
    if (url.pathname === '/api/v1/label' || url.pathname === '/api/v1/criteria') return answer(from.url).then((json) => tell(everyLevel(json)));
    const options = { method: from.method, headers: { ...from.headers, host: new URL(gateway).host }, agent: false };
    const passed = request(new URL(from.url, gateway), options, (back) => {
      to.writeHead(back.statusCode, back.headers);
      back.pipe(to);
    });
    passed.on('error', () => to.destroy());
    to.on('close', () => passed.destroy());
    from.pipe(passed);
  });
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return { address: `http://127.0.0.1:${server.address().port}`, year, stop };
}

/** A building's past as formulas. */
export class Year {
  constructor(points, centre) {
    this.points = new Map(points.map((point) => [point.name, point]));
    this.holidays = new Set(centre.opening.holidays);
    this.zone = centre.zone;
    this.ahead = Date.parse(centre.now) - Date.now();
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: this.zone, timeZoneName: 'longOffset' });
    this.offsets = new Map();
    this.began = this.now();
  }

  now() {
    return Math.floor((Date.now() + this.ahead) / 1000);
  }

  /** As GET points/windows answers. */
  columns(query) {
    const length = query.get('length') ?? '15m';
    const [from, to] = [this.instant(query.get('from')), query.has('to') ? this.instant(query.get('to')) : this.now()];
    const names = query.get('points').split(',');
    const starts = [];
    const oldest = this.began - YEARS * 365 * 86_400;
    for (const [start, end] of this.grid(length, Math.max(from, oldest), to))
      if (end <= this.now() && this.known(start, end) > 0) starts.push([start, end]);
    const points = names.map((name) => {
      const point = this.points.get(name);
      const told = starts.map(([start, end]) => this.window(point, start, end));
      const column = (figure) => (figure in (told[0] ?? {}) || told.length === 0 ? told.map((one) => one[figure]) : null);
      return {
        point: name,
        quantity: point.quantity,
        unit: point.unit,
        kind: point.kind,
        mean: column('mean'),
        min: column('min'),
        max: column('max'),
        delta: column('delta'),
        coverage: told.map((one) => one.coverage),
      };
    });
    return {
      zone: this.zone,
      length,
      from: new Date(from * 1000).toISOString(),
      to: new Date(to * 1000).toISOString(),
      starts: starts.map(([start]) => start),
      points,
      next: null,
    };
  }

  /** Seconds of an instant, or of the midnight at which a local day begins. */
  instant(text) {
    const at = Math.floor(Date.parse(text) / 1000);
    return /^\d{4}-\d\d-\d\d$/.test(text) ? at - this.offset(at) : at;
  }

  /** Windows of a length that begin in a stretch; of days those of the zone. */
  *grid(length, from, to) {
    const step = SECONDS[length];
    if (length !== '1d') {
      for (let start = Math.ceil(from / step) * step; start < to; start += step) yield [start, start + step];
      return;
    }
    let before = null;
    for (let at = Math.floor(from / QUARTER) * QUARTER; at < to + 26 * 3600; at += QUARTER) {
      const date = this.date(at);
      if (before && date !== before.date && before.start !== null) {
        if (before.start >= from && before.start < to) yield [before.start, at];
        before = { date, start: at };
      } else if (before && date !== before.date) before = { date, start: at };
      else before ??= { date, start: null };
    }
  }

  /** Share of a window that is in the log. */
  known(start, end) {
    let lost = 0;
    if (this.began - start > 24 * 3600 * 230) return 1;
    for (const [ago, hours] of GAPS) lost += overlap(start, end, this.began - ago * 3600, hours * 3600);
    for (const [ago, hours] of PARTLY) lost += 0.4 * overlap(start, end, this.began - ago * 3600, hours * 3600);
    return Math.max(0, 1 - lost / (end - start));
  }

  window(point, start, end) {
    const coverage = round(this.known(start, end));
    // An hour's steps are fine enough for a day.
    const step = Math.min(end - start > 7200 ? 3600 : QUARTER, end - start);
    let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
    for (let at = start; at < end; at += step) {
      if (this.known(at, at + step) === 0) continue;
      const value = this.value(point, at + step / 2);
      [sum, count, low, high] = [sum + value, count + 1, Math.min(low, value), Math.max(high, value)];
    }
    const mean = sum / Math.max(count, 1);
    if (point.kind === 'counter') return { delta: round((sum * step) / 3600), coverage };
    if (point.kind === 'state') return { mean: round(Math.min(1, mean)), coverage };
    const spread = 0.02 * Math.abs(mean) * (0.4 + noise(point.name, start));
    return { mean: round(mean), min: round(low - spread), max: round(high + spread), coverage };
  }

  /** Gauges: the value; counters: growth an hour. */
  value(point, at) {
    const [hour, weekday, summer] = this.wall(at);
    const wobble = swell(point.name, at / 5400) + swell(point.name, at / 700) * 0.3 + noise(point.name, at) * 0.08 - 0.69;
    const day = swell('day', at / 86_400);
    const open = weekday > 0 && weekday < 6 && !this.holidays.has(this.date(at));
    const there = open ? bell(hour, 13.2, 3.6) * (0.7 + 0.5 * day) * (hour > 12 && hour < 13.6 ? 0.6 : 1) : 0.01;
    const outdoor = 12.5 + 8.5 * summer + 4.5 * (day - 0.5) * 2 + 4 * Math.sin(((hour - 9.5) / 24) * 2 * Math.PI);
    const sun =
      Math.max(0, Math.sin(((hour - 7 + summer) / (10 + 4 * summer)) * Math.PI)) *
      (hour > 6 - summer * 1.5 && hour < 18 + 3 * summer ? 1 : 0) *
      (0.35 + 0.65 * swell('sky', at / 6000));
    const heating = Math.max(0, 15.5 - outdoor) * (open && hour > 5 && hour < 19 ? 1 : 0.45);
    const size = { 'meeting-room': 1.55, 'video-room': 1.7, 'focus-room': 0.8, kitchen: 0.7 }[point.place] ?? 1;
    const outside = point.place === null;
    const watts =
      {
        main: 900 + 5200 * there + 520 * heating - 5200 * sun + 250 * wobble,
        'heat-pump': 90 + 520 * heating + 40 * wobble,
        lighting: 60 + 1500 * there * (1.2 - sun) + 30 * wobble,
        ventilation: open && hour > 6.5 && hour < 19.5 ? 640 + 60 * wobble : 110,
        server: 310 + 20 * wobble,
        charger: open && hour > 9 && hour < 15 ? 2300 * noise('car', Math.floor(at / 7200)) : 4,
        pv: -5200 * sun,
      }[point.device] ?? 35 + 520 * there * size + 25 * wobble;
    switch (point.quantity) {
      case 'co2':
        return outside ? 428 + 14 * wobble : 430 + 640 * size * there + 55 * wobble * there + 12 * wobble;
      case 'temperature':
        return outside
          ? outdoor + 0.6 * wobble
          : 20.2 + 1.3 * there + Math.max(0, outdoor - 19) * 0.34 + 0.35 * wobble - (open ? 0 : 1.4) * Math.max(0, 1 - summer);
      case 'humidity':
        return outside ? 78 - 22 * summer + 8 * wobble : 39 + 9 * summer + 3 * there + 3 * wobble;
      case 'pm.2-5':
        return 4.5 + 6 * Math.max(0, day - 0.6) + 2.2 * there + 1.4 * wobble;
      case 'pm.10':
        return 7 + 9 * Math.max(0, day - 0.6) + 4 * there + 2 * wobble;
      case 'voc.index':
        return 96 + 90 * there * size + 18 * wobble;
      case 'presence':
        return there > 0.08 ? Math.min(1, 0.3 + there) : 0;
      case 'power.active':
        return watts;
      case 'energy.active.import':
        return Math.max(0, watts) / 1000;
      case 'energy.active.export':
        return Math.max(0, -watts) / 1000;
      case 'illuminance':
        return outside ? 9000 * sun : 40 + 700 * sun + 420 * (there > 0.08 ? 1 : 0) + 30 * wobble;
      case 'pressure':
        return 1013 + 14 * (day - 0.5) + wobble;
      default:
        return 10 + wobble;
    }
  }

  /** Hour of the wall clock with its parts, weekday (0 Sunday) and how much it is summer, -1 to 1. */
  wall(at) {
    const offset = this.offset(at);
    const local = new Date((at + offset) * 1000);
    const day = (at / 86_400) % 365.2425;
    return [local.getUTCHours() + local.getUTCMinutes() / 60, local.getUTCDay(), Math.cos(((day - 200) / 365.2425) * 2 * Math.PI)];
  }

  offset(at) {
    // Clocks change at full hours of UTC, on two days of a year.
    const day = Math.floor(at / 86_400) * 24;
    const early = this.asked(day);
    return early === this.asked(day + 24) ? early : this.asked(Math.floor(at / 3600));
  }

  asked(hour) {
    if (!this.offsets.has(hour)) {
      const parts = this.format.formatToParts(hour * 3_600_000);
      const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(parts.find((part) => part.type === 'timeZoneName').value);
      this.offsets.set(hour, hours ? (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60) : 0);
    }
    return this.offsets.get(hour);
  }

  date(at) {
    const day = Math.floor((at + this.offset(at)) / 86_400);
    this.dates ??= new Map();
    if (!this.dates.has(day)) this.dates.set(day, new Date(day * 86_400_000).toISOString().slice(0, 10));
    return this.dates.get(day);
  }
}

/** Gives the verdicts of a label or of a list of criteria every level there is, with figures that go with it; all else stays the gateway's. */
export function everyLevel(json) {
  if (!json.verdicts && !json.criteria) return json;
  const cycle = ['level3', 'level2', 'level1', 'notmet', 'undetermined', 'level3', 'level2'];
  let next = 0;
  const dress = (verdict) => {
    if (verdict.level === 'notapplicable') return verdict;
    const level = cycle[next++ % cycle.length];
    const known = level !== 'undetermined';
    const holds = { level3: 3, level2: 2, level1: 1, notmet: 0, undetermined: 0 }[level];
    const levels = verdict.levels.map((one, i) => {
      const max = one.limitName?.endsWith('Max');
      const limit = one.limit ?? 0;
      const met = i < holds;
      const value = limit * (max ? (met ? 0.86 : 1.22) : met ? 1.015 : 0.93);
      return {
        ...one,
        outcome: known ? (met ? 'met' : 'notmet') : 'undetermined',
        value,
        headroom: known ? (met ? 42 : -18) : undefined,
        headroomUnit: one.headroomUnit ?? 'min',
      };
    });
    const share = known ? 0.97 : 0.41;
    const { expected = 100, min } = verdict.coverage;
    return {
      ...verdict,
      level,
      levels,
      value: known ? levels[Math.max(0, holds - 1)]?.value : undefined,
      projection: known ? (levels[Math.max(0, holds - 1)]?.value ?? 0) * 1.03 : undefined,
      cause: level === 'notmet' ? 'meeting-room' : undefined,
      coverage: {
        expected: Math.max(expected, 100),
        valid: Math.round(Math.max(expected, 100) * share),
        share,
        min,
        excluded: known ? { noWindow: 3 } : { noWindow: 55, lowCoverage: 4 },
      },
    };
  };
  const dressed = json.verdicts?.map(dress);
  const mandatory = /^(EN-[1246]|AQ-[123]|TH-1|EV-|PR-)/;
  const criteria = json.criteria?.map((criterion) => (criterion.verdict ? { ...criterion, verdict: dress(criterion.verdict) } : criterion));
  return {
    ...json,
    ...(dressed
      ? {
          verdicts: dressed,
          level: 'notmet',
          cappedBy: dressed.filter((one) => one.level === 'notmet' && mandatory.test(one.criterion)).map((one) => one.criterion),
        }
      : {}),
    ...(criteria ? { criteria } : {}),
  };
}

function overlap(start, end, from, seconds) {
  return Math.max(0, Math.min(end, from + seconds) - Math.max(start, from));
}

function bell(at, middle, width) {
  return Math.exp(-0.5 * ((at - middle) / width) ** 4);
}

/** As noise, but without leaps. */
function swell(name, at) {
  const [before, part] = [Math.floor(at), at - Math.floor(at)];
  return noise(name, before) + (noise(name, before + 1) - noise(name, before)) * part * part * (3 - 2 * part);
}

/** 0 to 1, the same for the same name and number. */
function noise(name, number) {
  let hash = 2_166_136_261 ^ number;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

/** As the gateway rounds these columns: seven digits. */
function round(value) {
  return Number(value.toPrecision(7));
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const served = await serveYear(process.argv[2], Number(process.argv[3] ?? 0));
  console.log(served.address);
}
