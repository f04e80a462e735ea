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

/** The points of a quantity (`co2`, `power.active`), in the site's order; those of a place when one is given. */
export function pointsOf(quantity: string, place?: string): PointNow[] {
  const all = centre.value ? [...centre.value.points.values()] : [];
  return all.filter((point) => point.quantity === quantity && (place === undefined || point.place === place));
}

/** IANA name of the centre's zone; UTC until it is known. */
export function zone(): string {
  return centre.value?.about.zone ?? 'UTC';
}
