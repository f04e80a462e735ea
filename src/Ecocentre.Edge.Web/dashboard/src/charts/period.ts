export type PeriodKind = 'day' | 'week' | 'month' | 'year' | 'rolling';

/** A period of the label as the API names it: 2026-11-21, 2026-W47, 2026-11, 2026, 12m-2026-11-21 (the twelve months that end on that day). */
export interface Period {
  kind: PeriodKind;
  name: string;
}

const DAY = 86_400_000;

/** Reads a name; null for what is none. */
export function parsePeriod(name: string): Period | null {
  if (/^12m-\d{4}-\d\d-\d\d$/.test(name)) return { kind: 'rolling', name };
  if (/^\d{4}-\d\d-\d\d$/.test(name)) return { kind: 'day', name };
  if (/^\d{4}-W\d\d$/.test(name)) return { kind: 'week', name };
  if (/^\d{4}-\d\d$/.test(name)) return { kind: 'month', name };
  return /^\d{4}$/.test(name) ? { kind: 'year', name } : null;
}

/** The period `steps` later; of twelve months those that end so many months later. */
export function stepPeriod(period: Period, steps: number): Period {
  const { kind, name } = period;
  const iso = (at: number) => new Date(at).toISOString().slice(0, 10);
  switch (kind) {
    case 'day':
      return { kind, name: iso(Date.parse(name) + steps * DAY) };
    case 'week':
      return { kind, name: weekName(mondayOf(name) + steps * 7 * DAY) };
    case 'month':
      return { kind, name: iso(Date.UTC(Number(name.slice(0, 4)), Number(name.slice(5)) - 1 + steps)).slice(0, 7) };
    case 'year':
      return { kind, name: String(Number(name) + steps) };
    case 'rolling': {
      const [year, month, day] = name.slice(4).split('-').map(Number) as [number, number, number];
      const last = new Date(Date.UTC(year, month + steps, 0)).getUTCDate();
      return { kind, name: `12m-${iso(Date.UTC(year, month - 1 + steps, Math.min(day, last)))}` };
    }
  }
}

/** Monday of a week like 2026-W47, as the midnight of UTC: week 1 is that of 4 January (ISO 8601). */
export function mondayOf(name: string): number {
  const fourth = Date.UTC(Number(name.slice(0, 4)), 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
  return monday + (Number(name.slice(6)) - 1) * 7 * DAY;
}

function weekName(monday: number): string {
  // The year of a week is that of its Thursday.
  const thursday = new Date(monday + 3 * DAY);
  const first = mondayOf(`${thursday.getUTCFullYear()}-W01`);
  return `${thursday.getUTCFullYear()}-W${String(Math.round((monday - first) / (7 * DAY)) + 1).padStart(2, '0')}`;
}
