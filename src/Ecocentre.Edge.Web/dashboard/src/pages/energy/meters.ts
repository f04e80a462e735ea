import { onGrid, sum, type Windows } from '../../charts/columns';
import { centre } from '../../centre';
import type { PointNow } from '../../shapes';
import { t } from './words';

/** A device that measures power. */
export interface Meter {
  device: string;
  power: PointNow;
  isMain: boolean;
  isPv: boolean;
}

/** Those of the grid first, then solar, then the others. */
export function meters(): Meter[] {
  const all = [...(centre.value?.points.values() ?? [])];
  const withRole = (role: string) => new Set(all.filter((point) => point.roles.includes(role)).map((point) => point.device));
  const [main, pv] = [withRole('main'), withRole('pv')];
  const found = all
    .filter((point) => point.quantity === 'power.active')
    .map((power) => ({ device: power.device, power, isMain: main.has(power.device), isPv: pv.has(power.device) }));
  const rank = (meter: Meter) => (meter.isMain ? 0 : meter.isPv ? 1 : 2);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** For people. */
export const meterName = (meter: Meter) =>
  meter.isMain ? `${t('mainMeter')} (${meter.device})` : meter.isPv ? `${t('pvMeter')} (${meter.device})` : meter.device;

/** Names of the points that the site gives a role. */
export const byRole = (role: string) =>
  [...(centre.value?.points.values() ?? [])].filter((point) => point.roles.includes(role)).map((point) => point.name);

/** Points of which the load of the centre is made: what comes from the grid and what is generated here, with their signs (import is positive). */
export function loadPoints(main: Meter): { name: string; sign: 1 | -1 }[] {
  const all = [...(centre.value?.points.values() ?? [])];
  const solar = all
    .filter((point) => point.roles.includes('pv'))
    .flatMap((point) => {
      const power = all.find((one) => one.device === point.device && one.quantity === 'power.active');
      // A meter whose export is the generation tells it as power below zero.
      return power ? [{ name: power.name, sign: point.quantity.includes('export') ? (-1 as const) : (1 as const) }] : [];
    });
  return [{ name: main.power.name, sign: 1 }, ...solar];
}

/** The load in kW of each start, null where one of its parts is not known. */
export function loadOf(
  points: readonly { name: string; sign: number }[],
  starts: readonly number[],
  of: (point: string) => Windows,
): (number | null)[] {
  return sum(points.map((point) => onGrid(starts, of(point.name), 'mean').map((one) => (one === null ? null : (one * point.sign) / 1000))));
}

/** Least and greatest of values, or the usual ones where there is none. */
export function ends(values: readonly number[], usual: [number, number]): [number, number] {
  return values.length === 0 ? usual : [Math.min(...values), Math.max(...values)];
}
