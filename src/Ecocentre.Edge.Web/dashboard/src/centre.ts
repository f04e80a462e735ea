import { signal } from '@preact/signals';
import { ask } from './api';
import type { CentreNow, PointNow, SpaceNow } from './shapes';

/** What of the centre does not change while its gateway runs: names, zone, spaces, points. Null until it was fetched. */
export interface Centre {
  about: CentreNow;
  spaces: SpaceNow[];
  /** By name; `value` and `at` are those of when it was fetched. Empty for those who may not see points. */
  points: Map<string, PointNow>;
}

export const centre = signal<Centre | null>(null);

/** Fetches it; again when a gateway came back as another. */
export async function learn(): Promise<void> {
  const [about, spaces, points] = await Promise.all([
    ask<CentreNow>('centre'),
    ask<SpaceNow[]>('spaces'),
    ask<PointNow[]>('points').catch(() => []),
  ]);
  centre.value = { about, spaces, points: new Map(points.map((point) => [point.name, point])) };
}

let sorted: { of: Centre; by: Map<string, PointNow[]> } | null = null;

/** The points of a quantity (`co2`, `power.active`) at a place, in the site's order; quick enough to be asked of every space each second. */
export function pointsIn(place: string, quantity: string): readonly PointNow[] {
  const of = centre.value;
  if (!of) return [];
  if (sorted?.of !== of) {
    sorted = { of, by: new Map() };
    for (const point of of.points.values()) {
      const key = `${point.quantity} ${point.place}`;
      const all = sorted.by.get(key);
      if (all) all.push(point);
      else sorted.by.set(key, [point]);
    }
  }
  return sorted.by.get(`${quantity} ${place}`) ?? [];
}

/** IANA name of the centre's zone; UTC until it is known. */
export function zone(): string {
  return centre.value?.about.zone ?? 'UTC';
}
