import type { Span } from './span';
import type { ZoneClock } from './zone';

/** What one tick's text tells: 14:05, a day, a month, a year. */
export type TickText = 'clock' | 'day' | 'month' | 'year';

/** Where an axis of time is marked: on the wall clock's even hours, on days, months and years of the zone. */
export interface Ticks {
  at: number[];
  /** Of each. */
  text: TickText[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CLOCK_STEPS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** At most `most` marks over a span. */
export function ticks(span: Span, clock: ZoneClock, most: number): Ticks {
  const size = span.to - span.from;
  const room = Math.max(2, most);
  const step = CLOCK_STEPS.find((one) => size / one <= room);
  if (step) return clockTicks(span, clock, step);
  const days = DAY_STEPS.find((one) => size / (one * DAY) <= room);
  if (days) return dayTicks(span, clock, days);
  const months = MONTH_STEPS.find((one) => size / (one * 30.4 * DAY) <= room) ?? 120;
  return monthTicks(span, clock, months);
}

function clockTicks(span: Span, clock: ZoneClock, step: number): Ticks {
  const found: Ticks = { at: [], text: [] };
  for (let day = clock.day(span.from); day < span.to; day = clock.day(day, 1)) {
    const midnight = Math.floor(clock.local(day) / DAY) * DAY;
    for (let local = 0; local < DAY; local += step) {
      const at = local === 0 ? day : clock.instant(midnight + local);
      // An hour that the clock leaps over has no mark of its own.
      if (at < span.from || at >= span.to || at === found.at[found.at.length - 1]) continue;
      found.at.push(at);
      found.text.push(local === 0 ? 'day' : 'clock');
    }
  }
  return found;
}

function dayTicks(span: Span, clock: ZoneClock, step: number): Ticks {
  const found: Ticks = { at: [], text: [] };
  for (let day = clock.day(span.from); day < span.to; day = clock.day(day, 1)) {
    const number = Math.floor((clock.local(day) + DAY / 2) / DAY);
    // 1970 began on a Thursday: weeks are marked on Mondays.
    if (day < span.from || (number + 3) % step !== 0) continue;
    found.at.push(day);
    found.text.push('day');
  }
  return found;
}

function monthTicks(span: Span, clock: ZoneClock, step: number): Ticks {
  const found: Ticks = { at: [], text: [] };
  const local = new Date(clock.local(span.from));
  for (let month = local.getUTCFullYear() * 12 + local.getUTCMonth(); ; month++) {
    const at = clock.instant(Date.UTC(Math.floor(month / 12), month % 12));
    if (at >= span.to) return found;
    if (at < span.from || month % step !== 0) continue;
    found.at.push(at);
    found.text.push(month % 12 === 0 ? 'year' : 'month');
  }
}
