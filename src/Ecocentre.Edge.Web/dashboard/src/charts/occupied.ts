import type { CentreNow, CriterionList } from '../shapes';
import type { Windows } from './columns';
import type { Span } from './span';
import type { ZoneClock } from './zone';

/** A stretch in which a space is taken for occupied, and by what it is known. */
export interface Occupied extends Span {
  by: 'presence' | 'opening';
}

const QUARTER = 900_000;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The centre's opening hours within a span. */
export function openStretches(opening: CentreNow['opening'], span: Span, clock: ZoneClock): Span[] {
  const found: Span[] = [];
  if (opening.weekly.length === 0) return found;
  const closed = new Set(opening.holidays);
  for (let day = clock.day(span.from); day < span.to; day = clock.day(day, 1)) {
    const date = clock.date(day);
    if (closed.has(date)) continue;
    const name = WEEKDAYS[clock.weekday(day)];
    for (const stretch of opening.weekly) {
      if (stretch.day !== name) continue;
      const from = Math.max(onDay(date, stretch.from, clock), span.from);
      const to = Math.min(onDay(date, stretch.to, clock), span.to);
      if (from < to) found.push({ from, to });
    }
  }
  return found;
}

/** Occupied time as the label takes it: measured presence where it is known well enough, else opening hours; by quarter hours. */
export function occupiedStretches(
  presence: Windows | null,
  opening: CentreNow['opening'],
  rule: CriterionList['occupied'] | null,
  span: Span,
  clock: ZoneClock,
): Occupied[] {
  const open = openStretches(opening, span, clock);
  if (!presence || !rule || presence.starts.length === 0) return open.map((one) => ({ ...one, by: 'opening' }));
  const found: Occupied[] = [];
  let [next, at] = [0, 0];
  for (let from = Math.ceil(span.from / QUARTER) * QUARTER; from < span.to; from += QUARTER) {
    while (next < presence.starts.length && presence.starts[next]! * 1000 < from) next++;
    while (at < open.length && open[at]!.to <= from) at++;
    const known = presence.starts[next] === from / 1000 && (presence.coverage[next] ?? 0) >= rule.presenceCoverageMin;
    const is = known ? (presence.mean[next] ?? 0) >= rule.presenceShareMin : at < open.length && open[at]!.from <= from;
    if (!is) continue;
    const by = known ? 'presence' : 'opening';
    const last = found[found.length - 1];
    if (last && last.to === from && last.by === by) last.to = from + QUARTER;
    else found.push({ from, to: from + QUARTER, by });
  }
  return found;
}

/** Whether an instant lies in one of the stretches, which are in order. Asked with rising instants it is quick. */
export function inStretches(stretches: readonly Span[]): (at: number) => boolean {
  let next = 0;
  let before = -Infinity;
  return (at) => {
    if (at < before) next = 0;
    before = at;
    while (next < stretches.length && stretches[next]!.to <= at) next++;
    return next < stretches.length && stretches[next]!.from <= at;
  };
}

function onDay(date: string, time: string, clock: ZoneClock): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return clock.instant(Date.parse(`${date}T00:00:00Z`) + (hours * 60 + minutes) * 60_000);
}
