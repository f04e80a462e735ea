import type { Length } from '../shapes';
import type { ZoneClock } from './zone';

/** A stretch of time that is shown, in milliseconds since 1970; half-open. */
export interface Span {
  from: number;
  to: number;
}

export type Calendar = 'day' | 'week' | 'month' | 'year';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Shortest stretch that can be shown: ten windows of a minute. */
export const SPAN_MIN = 10 * MINUTE;

/** Length of windows in milliseconds; of days the usual one. */
export const MILLISECONDS: Record<Length, number> = { '1m': MINUTE, '15m': 15 * MINUTE, '1h': 60 * MINUTE, '1d': DAY };

// Up to these, a screen has about a pixel for each window: 2,880 minutes, 3,552 quarter hours, 9,600 hours. The year of hours is more than most screens
// are wide, so that its nights and days can still be zoomed into without a wait.
const FITS: readonly (readonly [Length, number])[] = [
  ['1m', 2 * DAY],
  ['15m', 37 * DAY],
  ['1h', 400 * DAY],
];

/** Which windows suit a span. */
export function lengthFor(span: Span): Length {
  for (const [length, most] of FITS) if (span.to - span.from <= most) return length;
  return '1d';
}

/** Keeps a span inside what there is to see, as long as it was where that is possible. */
export function within(span: Span, limits: Span): Span {
  const size = Math.min(Math.max(span.to - span.from, SPAN_MIN), limits.to - limits.from);
  const from = Math.min(Math.max(span.from, limits.from), limits.to - size);
  return { from, to: from + size };
}

/** Shows `factor` times as much time; the instant `at` stays where it is on the screen. */
export function zoomed(span: Span, factor: number, at: number): Span {
  const size = Math.max((span.to - span.from) * factor, SPAN_MIN);
  const share = (at - span.from) / (span.to - span.from);
  return { from: at - share * size, to: at + (1 - share) * size };
}

/** Moved by a share of what is shown; positive: later. */
export function moved(span: Span, share: number): Span {
  const by = (span.to - span.from) * share;
  return { from: span.from + by, to: span.to + by };
}

/** The local day, week (from Monday), month or year that holds an instant, or one `steps` later. */
export function calendar(kind: Calendar, at: number, clock: ZoneClock, steps = 0): Span {
  if (kind === 'day') return { from: clock.day(at, steps), to: clock.day(at, steps + 1) };
  if (kind === 'week') {
    const monday = -((clock.weekday(at) + 6) % 7) + 7 * steps;
    return { from: clock.day(at, monday), to: clock.day(at, monday + 7) };
  }
  const local = new Date(clock.local(at));
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  const begin = (n: number) => clock.instant(kind === 'month' ? Date.UTC(year, month + n, 1) : Date.UTC(year + n, 0, 1));
  return { from: begin(steps), to: begin(steps + 1) };
}

/** The calendar stretch a span is exactly, or null. */
export function calendarOf(span: Span, clock: ZoneClock): Calendar | null {
  for (const kind of ['day', 'week', 'month', 'year'] as const) {
    const one = calendar(kind, (span.from + span.to) / 2, clock);
    if (one.from === span.from && one.to === span.to) return kind;
  }
  return null;
}
