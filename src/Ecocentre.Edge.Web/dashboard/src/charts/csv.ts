import type { Length } from '../shapes';
import { MILLISECONDS } from './span';
import type { ZoneClock } from './zone';

export interface CsvColumn {
  name: string;
  unit: string;
  values: readonly (number | null)[];
  /** Of the same windows, 0 to 1. */
  coverage: readonly (number | null)[];
}

/** What is shown as a file for spreadsheets (RFC 4180): a line for each window of which anything is known, times in UTC and on the centre's clock. */
export function csv(starts: readonly number[], columns: readonly CsvColumn[], length: Length, clock: ZoneClock): string {
  const head = ['start', 'end', `local (${clock.zone})`];
  for (const column of columns) head.push(column.unit === '1' ? column.name : `${column.name} (${column.unit})`, `${column.name} coverage`);
  const lines = [head.map(cell).join(',')];
  for (let i = 0; i < starts.length; i++) {
    if (columns.every((column) => (column.coverage[i] ?? null) === null)) continue;
    const from = starts[i]! * 1000;
    const to = length === '1d' ? clock.day(from, 1) : from + MILLISECONDS[length];
    const line = [time(from), time(to), new Date(clock.local(from)).toISOString().slice(0, 16).replace('T', ' ')];
    for (const column of columns) line.push(number(column.values[i]), number(column.coverage[i]));
    lines.push(line.join(','));
  }
  return lines.join('\r\n') + '\r\n';
}

/** Rows of a plot that has no axis of time, with their heads. */
export function plainCsv(heads: readonly string[], rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  const lines = rows.map((row) => row.map((one) => (typeof one === 'string' ? cell(one) : number(one))).join(','));
  return [heads.map(cell).join(','), ...lines].join('\r\n') + '\r\n';
}

function time(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
