import { centre } from './centre';
import { value } from './live';
import type { PointNow } from './shapes';

/** Power flows of the centre in W, as far as they are measured. */
export interface Flows {
  /** From the grid; negative while the centre feeds into it. Null when the main meter is silent. */
  grid: number | null;
  /** Made by the centre itself; null without such a meter. */
  solar: number | null;
  /** Used in the centre. */
  used: number | null;
  /** The meters behind the main one, largest first. */
  loads: { device: string; watts: number }[];
  /** The site names a main meter. */
  hasMeter: boolean;
}

/** The devices whose energy plays a role, or the one that is called so. */
function devicesOf(role: string): Set<string> {
  const all = [...(centre.value?.points.values() ?? [])];
  const named = new Set(all.filter((point) => point.roles.includes(role)).map((point) => point.device));
  return named.size ? named : new Set(all.filter((point) => point.device === role).map((point) => point.device));
}

function sum(points: PointNow[]): number | null {
  let total: number | null = null;
  for (const point of points) {
    const watts = value(point.name);
    if (watts === null) return null;
    total = (total ?? 0) + watts;
  }
  return total;
}

/** The flows now. Reading them subscribes to the live picture. */
export function flows(): Flows {
  const powers = [...(centre.value?.points.values() ?? [])].filter((point) => point.quantity === 'power.active');
  const [main, pv] = [devicesOf('main'), devicesOf('pv')];
  const grid = sum(powers.filter((point) => main.has(point.device)));
  const solarPoints = powers.filter((point) => pv.has(point.device));
  // What the panels make flows out at their meter; at night inverters draw a little.
  const made = sum(solarPoints);
  const solar = solarPoints.length ? (made === null ? null : Math.max(0, -made)) : null;
  const used = grid === null || (solarPoints.length > 0 && solar === null) ? null : Math.max(0, grid + (solar ?? 0));
  const loads = powers
    .filter((point) => !main.has(point.device) && !pv.has(point.device))
    .map((point) => ({ device: point.device, watts: value(point.name) ?? NaN }))
    .filter((load) => load.watts > 0)
    .sort((a, b) => b.watts - a.watts);
  return { grid, solar, used, loads, hasMeter: powers.some((point) => main.has(point.device)) };
}
