import { brief, number, percent } from '../../figures';
import { unitWord } from '../../parts/timechart';

/** A figure of a criterion with its unit; shares as percent. */
export function amount(value: number | null | undefined, unit: string, name: string): string {
  if (value === null || value === undefined) return '–';
  if (unit === '1')
    return /share|ratio|saving|reduction|coverage|closure|use|sufficiency|bias|cv/i.test(name) || name === ''
      ? percent(value, value < 0.1 && value !== 0 ? 1 : 0)
      : brief(value);
  if (unit === 'min' && Math.abs(value) >= 120) return `${number(value / 60, Math.abs(value) < 600 ? 1 : 0)} h`;
  return `${brief(value)} ${unitWord(unit)}`.trim();
}
