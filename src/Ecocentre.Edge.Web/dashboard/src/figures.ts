import { zone } from './centre';
import { language } from './words';

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

function keep<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const known = made.get(key);
  if (known) return known as T;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

// British, so that days come before months and hours run to 24, as at the centre.
function locale(): string {
  return language.value === 'fr' ? 'fr-FR' : 'en-GB';
}

/** Shown where a figure is not known. */
export const UNKNOWN = '–';

/** A number with so many digits after the point; {@link UNKNOWN} for null. */
export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const key = `n${locale()}${digits}`;
  const text = keep(key, () => new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })).format(value);
  // "-0" helps nobody; a true minus is as wide as a plus.
  return Number(value.toFixed(digits)) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** As {@link number}, with three significant digits: for figures whose size is not known beforehand. */
export function brief(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  return number(value, size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}

/** A share 0..1 in percent. */
export function percent(share: number | null | undefined, digits = 0): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return UNKNOWN;
  return `${number(share * 100, digits)} %`;
}

/** Power in W or kW: three digits are enough to see. */
export function power(watts: number | null | undefined): { figure: string; unit: string } {
  if (watts === null || watts === undefined) return { figure: UNKNOWN, unit: 'kW' };
  return Math.abs(watts) < 995 ? { figure: number(watts), unit: 'W' } : { figure: number(watts / 1000, Math.abs(watts) < 99_500 ? 1 : 0), unit: 'kW' };
}

type When = string | number | Date | null | undefined;

function dated(when: When, key: string, options: Intl.DateTimeFormatOptions): string {
  if (when === null || when === undefined || when === '') return UNKNOWN;
  const format = keep(`${key}${locale()}${zone()}`, () => new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone() }));
  return (format as Intl.DateTimeFormat).format(new Date(when));
}

/** 14:05, in the centre's zone. */
export const clock = (when: When) => dated(when, 'c', { hour: '2-digit', minute: '2-digit' });

/** 14:05:09, in the centre's zone. */
export const clockSeconds = (when: When) => dated(when, 's', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Sun 22 Nov, in the centre's zone. */
export const day = (when: When) => dated(when, 'd', { weekday: 'short', day: 'numeric', month: 'short' });

/** Sunday 22 November, in the centre's zone. */
export const longDay = (when: When) => dated(when, 'D', { weekday: 'long', day: 'numeric', month: 'long' });

/** 22 Nov 2026, 14:05, in the centre's zone. */
export const moment = (when: When) => dated(when, 'm', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** 2026-11-22: the centre's local date, as the API takes dates. */
export function date(when: string | number | Date): string {
  const format = keep(`iso${zone()}`, () => new Intl.DateTimeFormat('en-CA', { timeZone: zone(), year: 'numeric', month: '2-digit', day: '2-digit' }));
  return (format as Intl.DateTimeFormat).format(new Date(when));
}

/** "3 minutes ago", by the two times given. */
export function ago(when: string | number | null | undefined, from: string | number | Date = Date.now()): string {
  if (when === null || when === undefined) return UNKNOWN;
  const seconds = (new Date(when).getTime() - new Date(from).getTime()) / 1000;
  const format = keep(`r${locale()}`, () => new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })) as Intl.RelativeTimeFormat;
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.round(seconds), 'second');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 48 * 3600) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}
