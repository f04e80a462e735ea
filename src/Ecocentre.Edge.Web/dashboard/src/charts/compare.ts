import type { Figure, Windows } from './columns';
import type { Length } from '../shapes';
import { MILLISECONDS } from './span';
import type { ZoneClock } from './zone';

/** A local day laid over others by the wall clock. */
export interface ComparedDay {
  date: string;
  /** Of each stretch of the wall clock's day; null where nothing is known. Of an hour that came twice, the mean; one left out is null. */
  values: (number | null)[];
}

/** Minutes since midnight at which the values of {@link compared} begin. */
export function clockGrid(length: Length): number[] {
  const minutes = MILLISECONDS[length] / 60_000;
  return Array.from({ length: 1440 / minutes }, (_, i) => i * minutes);
}

/** Lays the windows of a local day on the wall clock. */
export function compared(date: string, windows: Windows, figure: Figure, length: Length, clock: ZoneClock): ComparedDay {
  const minutes = MILLISECONDS[length] / 60_000;
  const values = new Array<number | null>(1440 / minutes).fill(null);
  const counts = new Array<number>(values.length).fill(0);
  for (let i = 0; i < windows.starts.length; i++) {
    const at = windows.starts[i]! * 1000;
    const value = windows[figure][i];
    if (clock.date(at) !== date || value === null || value === undefined || (windows.coverage[i] ?? 0) <= 0) continue;
    const slot = Math.floor(clock.minutes(at) / minutes);
    const before = counts[slot]!;
    values[slot] = before === 0 ? value : (values[slot]! * before + value) / (before + 1);
    counts[slot] = before + 1;
  }
  return { date, values };
}

/** The usual day: the median of days at each stretch of the clock, null where fewer than half of them are known. */
export function usualDay(days: readonly ComparedDay[]): (number | null)[] {
  const slots = days[0]?.values.length ?? 0;
  return Array.from({ length: slots }, (_, slot) => {
    const known = days
      .map((day) => day.values[slot] ?? null)
      .filter((one): one is number => one !== null)
      .sort((a, b) => a - b);
    if (known.length === 0 || known.length * 2 < days.length) return null;
    const middle = known.length >> 1;
    return known.length % 2 === 1 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
  });
}
