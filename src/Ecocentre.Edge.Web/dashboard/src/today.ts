import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask } from './api';
import { centre, zone } from './centre';
import { date } from './figures';
import { now } from './live';
import type { CriterionList, WindowColumns } from './shapes';

/** Energy of today hour by hour in kWh, against usual days of the same sort (working or not). */
export interface EnergyToday {
  /** By local hour; null where nothing is known, and after now. */
  used: (number | null)[];
  usual: (number | null)[];
  /** Today so far, over the hours known. */
  total: number | null;
  /** What usual days have used by the same hours; null without enough of them. */
  usualTotal: number | null;
  solar: number | null;
  /** Share of today's use that came from the panels. */
  solarShare: number | null;
  exported: number | null;
}

/** Travel that was not made because people worked here today. */
export interface TravelToday {
  personDays: number;
  kilometres: number;
  kilogrammes: number | null;
}

// Weekdays differ less from each other than seasons do.
const DAYS_BACK = 28;

// Fewer are no custom.
const USUAL_DAYS_MIN = 3;

// An hour half of which is unknown says nothing about a usual one.
const COVERAGE_MIN = 0.5;

const PERIOD_SECONDS = 120;

function pointsOfRole(role: string): string[] {
  return [...(centre.value?.points.values() ?? [])].filter((point) => point.roles.includes(role)).map((point) => point.name);
}

let kept: { zone: string; format: Intl.DateTimeFormat } | null = null;

/** Making a format takes longer than a hundred uses of it. */
function hours(): Intl.DateTimeFormat {
  if (kept?.zone !== zone())
    kept = { zone: zone(), format: new Intl.DateTimeFormat('en-GB', { timeZone: zone(), hour: '2-digit', hourCycle: 'h23', weekday: 'long' }) };
  return kept.format;
}

function localHour(seconds: number): { day: string; hour: number; isWorkday: boolean } {
  const at = new Date(seconds * 1000);
  const parts = hours().formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const local = date(at);
  const { weekly, holidays } = centre.value?.about.opening ?? { weekly: [], holidays: [] };
  // A centre that does not say when it is open keeps the week of most.
  const isOpen = weekly.length ? weekly.some((stretch) => stretch.day === part('weekday').toLowerCase()) : !['Saturday', 'Sunday'].includes(part('weekday'));
  return { day: local, hour: Number(part('hour')), isWorkday: isOpen && !holidays.includes(local) };
}

/**
 * Sums columns of counters hour by hour: imports and own generation count, exports are taken off.
 * @param quartersFrom index from which the columns are quarters of an hour, not hours
 */
export function energyOf(columns: WindowColumns, roles: { main: string[]; export: string[]; pv: string[] }, at: number, quartersFrom: number): EnergyToday {
  const today = localHour(at / 1000);
  const days = new Map<string, { isWorkday: boolean; used: (number | null)[]; known: number[]; solar: number; exported: number }>();
  columns.starts.forEach((start, i) => {
    const { day, hour, isWorkday } = localHour(start);
    const one = days.get(day) ?? { isWorkday, used: Array<number | null>(24).fill(null), known: Array<number>(24).fill(0), solar: 0, exported: 0 };
    days.set(day, one);
    const grown = (names: string[]) => {
      let sum = 0;
      for (const name of names) {
        const column = columns.points.find((point) => point.point === name);
        const delta = column?.delta?.[i];
        const running = day === today.day && hour === today.hour;
        if (delta === null || delta === undefined || (!running && (column!.coverage[i] ?? 0) < COVERAGE_MIN)) return null;
        sum += delta;
      }
      return sum;
    };
    const [imported, exported, made] = [grown(roles.main), grown(roles.export), grown(roles.pv)];
    one.solar += made ?? 0;
    one.exported += exported ?? 0;
    // An hour that comes twice when clocks are set back is one hour of the drawing.
    if (imported === null || exported === null || made === null) return;
    one.used[hour] = (one.used[hour] ?? 0) + Math.max(0, imported - exported + made);
    one.known[hour]! += i < quartersFrom ? 1 : 0.25;
  });
  const mine = days.get(today.day);
  const used = mine?.used ?? Array<number | null>(24).fill(null);
  const others = [...days].filter(([day, one]) => day !== today.day && one.isWorkday === today.isWorkday).map(([, one]) => one);
  const usual = used.map((_, hour) => {
    const known = others.map((one) => one.used[hour]).filter((value): value is number => value !== null && value !== undefined);
    return known.length >= USUAL_DAYS_MIN ? known.reduce((a, b) => a + b, 0) / known.length : null;
  });
  const sum = (values: (number | null)[]) => values.reduce<number | null>((a, b) => (b === null ? a : (a ?? 0) + b), null);
  const total = sum(used);
  // The hour that runs is compared as far as it is known.
  const comparable = used.map((value, hour) => (value === null ? null : usual[hour] === null ? NaN : usual[hour]! * Math.min(1, mine!.known[hour]!)));
  const usualTotal = sum(comparable);
  const solar = roles.pv.length ? (mine?.solar ?? null) : null;
  const own = solar === null ? null : solar - (mine?.exported ?? 0);
  return {
    used, usual, total, usualTotal: usualTotal === null || Number.isNaN(usualTotal) ? null : usualTotal, solar,
    solarShare: own !== null && total ? Math.min(1, Math.max(0, own) / total) : null, exported: mine ? mine.exported : null,
  };
}

/** Fetches again every two minutes and at once when the centre becomes known. */
function useColumns(points: string[], length: string, daysBack: number): WindowColumns | null {
  const [columns, setColumns] = useState<WindowColumns | null>(null);
  const names = points.join(',');
  useEffect(() => {
    if (!names) return;
    const stop = new AbortController();
    const fetchThem = () => {
      const from = date(Date.parse(now.peek()?.at ?? new Date().toISOString()) - daysBack * 86_400_000);
      ask<WindowColumns>(`points/windows?points=${encodeURIComponent(names)}&length=${length}&from=${from}`, stop.signal).then(setColumns, () => undefined);
    };
    fetchThem();
    const timer = setInterval(fetchThem, PERIOD_SECONDS * 1000);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [names, length, daysBack]);
  return columns;
}

/** Energy of today against usual days, or null until it is known. */
export function useEnergyToday(): EnergyToday | null {
  const roles = { main: pointsOfRole('main'), export: pointsOfRole('export'), pv: pointsOfRole('pv') };
  const columns = useColumns([...roles.main, ...roles.export, ...roles.pv], '1h', DAYS_BACK);
  const quarter = useColumns([...roles.main, ...roles.export, ...roles.pv], '15m', 0);
  // A display is drawn each second; this changes when new windows come, and at midnight.
  const today = date(now.peek()?.at ?? Date.now());
  return useMemo(
    () =>
      columns && roles.main.length > 0
        ? energyOf(withRunningHour(columns, quarter), roles, Date.parse(now.peek()?.at ?? new Date().toISOString()), columns.starts.length)
        : null,
    [columns, quarter, today],
  );
}

/** Hours are told when they are over: the one that runs is made of its quarters. */
function withRunningHour(hours: WindowColumns, quarters: WindowColumns | null): WindowColumns {
  const last = hours.starts.at(-1) ?? 0;
  const from = quarters?.starts.findIndex((start) => start >= last + 3600) ?? -1;
  if (!quarters || from < 0) return hours;
  return {
    ...hours,
    starts: [...hours.starts, ...quarters.starts.slice(from)],
    points: hours.points.map((point) => {
      const more = quarters.points.find((one) => one.point === point.point);
      const blank = quarters.starts.slice(from).map(() => null);
      return { ...point, delta: [...(point.delta ?? []), ...(more?.delta?.slice(from) ?? blank)], coverage: [...point.coverage, ...(more?.coverage.slice(from) ?? blank)] };
    }),
  };
}

/** Travel not made today by the label's own reckoning, or null where the label does not judge it. */
export function useTravelToday(criteria: CriterionList | null): TravelToday | null {
  const criterion = criteria?.criteria.find((one) => one.kind === 'avoided-commuting');
  const people = criterion?.inputs.find((input) => input.input === 'people')?.points ?? [];
  const kilometres = criterion?.inputs.find((input) => input.input === 'avoidedKilometres')?.declared;
  const hours = criterion?.settings.find((setting) => setting.name === 'personDayHours')?.value;
  const columns = useColumns(people, '15m', 0);
  if (!columns || kilometres === null || kilometres === undefined || !hours) return null;
  let personHours = 0;
  for (const point of columns.points) for (const mean of point.mean ?? []) personHours += (mean ?? 0) / 4;
  const personDays = personHours / hours;
  // The verdict's value is what a person-day avoids, in kg.
  const perPersonDay = criterion?.verdict?.value;
  return { personDays, kilometres: personDays * kilometres, kilogrammes: perPersonDay === undefined ? null : personDays * perPersonDay };
}
