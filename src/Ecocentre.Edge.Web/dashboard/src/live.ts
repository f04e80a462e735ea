import { effect, signal } from '@preact/signals';
import { ask, bearer, recognise } from './api';
import { centre, learn } from './centre';
import type { CentreNow, DeskList, LiveNow, PointNow, SpaceNow } from './shapes';

/** The newest picture of the building, or null until there is one. A new object once a second. */
export const now = signal<LiveNow | null>(null);

/** All desks, or null for those who may not see them. A new object whenever one changed. */
export const desks = signal<DeskList | null>(null);

/** `live` while pictures come, `stale` when none came for {@link SILENCE_MAX}, `connecting` before the first. */
export const link = signal<'connecting' | 'live' | 'stale'>('connecting');

/** When the newest picture came, by this machine's clock (milliseconds). */
export const heardAt = signal(0);

// The gateway says something every second; people need not be alarmed by a hiccup of a wireless network.
const SILENCE_MAX = 8_000;

// An auditor sees no single desks and so no stream: figures are asked for instead.
const ASK_PERIOD = 10_000;

const RETRY_MIN = 1_000;
const RETRY_MAX = 20_000;

let source: EventSource | null = null;
let asking: ReturnType<typeof setInterval> | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let pause = RETRY_MIN;

function heard(picture: LiveNow): void {
  heardAt.value = Date.now();
  link.value = 'live';
  pause = RETRY_MIN;
  now.value = picture;
}

function listen(): void {
  source?.close();
  source = new EventSource('/api/v1/live');
  source.addEventListener('now', (event: MessageEvent<string>) => heard(JSON.parse(event.data) as LiveNow));
  source.addEventListener('desks', (event: MessageEvent<string>) => (desks.value = JSON.parse(event.data) as DeskList));
  source.addEventListener('open', () => void refresh());
  source.addEventListener('error', () => {
    // Refused for good, or cut off: tried again by us, because a browser gives up after a refusal.
    source?.close();
    again(listen);
  });
}

function again(what: () => void): void {
  clearTimeout(retry);
  retry = setTimeout(() => {
    recognise().then(
      () => bearer.value && what(),
      () => again(what),
    );
  }, pause);
  pause = Math.min(pause * 2, RETRY_MAX);
}

/** After a reconnection the gateway may be another: newer, or of a changed site. */
async function refresh(): Promise<void> {
  const before = centre.value?.about.since;
  await learn().catch(() => undefined);
  if (before !== undefined && centre.value?.about.since !== before) desks.value = null;
}

async function poll(): Promise<void> {
  const [about, points, spaces] = await Promise.all([ask<CentreNow>('centre'), ask<PointNow[]>('points'), ask<SpaceNow[]>('spaces')]);
  if (centre.value?.about.since !== about.since) await learn();
  heard({
    at: about.now,
    era: about.era,
    clockTrusted: about.clockTrusted,
    points: Object.fromEntries(points.map((p) => [p.name, { v: p.value, t: p.at ? Date.parse(p.at) : 0, q: p.quality }])),
    spaces: Object.fromEntries(spaces.map((s) => [s.id, { desks: s.desks, occupied: s.occupied, free: s.free, unknown: s.unknown }])),
  });
}

function hush(): void {
  source?.close();
  source = null;
  clearInterval(asking);
  clearTimeout(retry);
  link.value = 'connecting';
}

/** Follows the building for as long as somebody is logged in. Called once. */
export function follow(): void {
  effect(() => {
    const role = bearer.value?.role;
    hush();
    if (role === 'viewer' || role === 'admin') listen();
    else if (role === 'auditor') {
      const go = () => void poll().catch(() => undefined);
      go();
      asking = setInterval(go, ASK_PERIOD);
    }
  });
  setInterval(() => {
    const silent = Date.now() - heardAt.value;
    if (bearer.value && heardAt.value > 0 && silent > (asking && !source ? 3 * ASK_PERIOD : SILENCE_MAX)) link.value = 'stale';
  }, 1_000);
}

/** The newest value of a point, or null when nothing good is known. Reading it subscribes to the picture. */
export function value(point: string | undefined): number | null {
  const reading = point ? now.value?.points[point] : undefined;
  return reading && (reading.q === 'good' || reading.q === 'questionable') ? reading.v : null;
}
