import type { CriterionNow, LimitTold } from '../shapes';
import type { ZoneClock } from './zone';

/** The range in which a value holds a level of the label, over time: the label's own numbers as the gateway tells them, none of ours. */
export interface Band {
  level: 1 | 2 | 3;
  /** Of each start of the axis; null where the level sets no such end. */
  low: (number | null)[];
  high: (number | null)[];
}

export interface Bands {
  criterion: CriterionNow;
  /** Level 1, the widest, first. Levels with the same range as the one before are left out. */
  bands: Band[];
  /** The range changes with something that is not drawn here: what is shown is not the whole rule. */
  partly: boolean;
}

/** The criterion that sets ranges for a point, or null. Of several the mandatory one. */
export function criterionOf(point: string, criteria: readonly CriterionNow[]): CriterionNow | null {
  const fit = criteria.filter(
    (one) =>
      ['share-within', 'temperature-category', 'daily-means'].includes(one.kind) &&
      one.inputs.some((input) => input.input === 'value' && input.points.includes(point)),
  );
  return fit.find((one) => one.mandatory) ?? fit[0] ?? null;
}

/** The point whose values a criterion's ranges stand on (outdoor CO2), or null where it is a declared number. */
export function referencePoint(criterion: CriterionNow): string | null {
  return criterion.limits.some((limit) => limit.name === 'aboveOutdoorMax')
    ? (criterion.inputs.find((input) => input.input === 'outdoor')?.points[0] ?? null)
    : null;
}

/**
 * Ranges of a criterion over an axis of time (starts in seconds).
 * @param reference values of {@link referencePoint} on the axis, where there is one
 */
export function bandsOf(criterion: CriterionNow, starts: readonly number[], clock: ZoneClock, reference: readonly (number | null)[] | null): Bands {
  const limit = (name: string) => criterion.limits.find((one) => one.name === name);
  const all: Band[] = [];
  let partly = false;
  for (const level of [1, 2, 3] as const) {
    const at = (one: LimitTold | undefined) => one?.levels[level - 1] ?? null;
    let band: Band;
    if (criterion.kind === 'temperature-category') {
      const isHeating = seasonOf(criterion, clock);
      const adaptive = criterion.inputs.some((input) => input.input === 'mechanicalCooling' && input.declared === 0);
      const edge = (heating: string, cooling: string) => {
        const [cold, warm] = [at(limit(heating)), adaptive ? null : at(limit(cooling))];
        return starts.map((start) => (isHeating(start * 1000) ? cold : warm));
      };
      partly ||= adaptive && starts.some((start) => !isHeating(start * 1000));
      band = { level, low: edge('heatingMin', 'coolingMin'), high: edge('heatingMax', 'coolingMax') };
    } else {
      const above = at(limit('aboveOutdoorMax'));
      const ground = above === null ? null : groundOf(criterion);
      const high = above === null ? at(limit('valueMax')) : null;
      const low = at(limit('valueMin'));
      band = {
        level,
        low: starts.map(() => low),
        high:
          above === null
            ? starts.map(() => high)
            : starts.map((_, i) => {
                const base = reference ? (reference[i] ?? null) : ground;
                return base === null ? null : base + above;
              }),
      };
    }
    const isSet = band.low.some((one) => one !== null) || band.high.some((one) => one !== null);
    const before = all[all.length - 1];
    const same = before && before.low.every((one, i) => one === band.low[i]) && before.high.every((one, i) => one === band.high[i]);
    if (same) before.level = level;
    else if (isSet) all.push(band);
  }
  return { criterion, bands: all, partly };
}

/** The best level a value holds at a place on the axis; 0 where it holds none. */
export function levelAt(bands: readonly Band[], i: number, value: number): 0 | 1 | 2 | 3 {
  for (let n = bands.length - 1; n >= 0; n--) {
    const band = bands[n]!;
    const [low, high] = [band.low[i] ?? null, band.high[i] ?? null];
    if (low === null && high === null) continue;
    if ((low === null || value >= low) && (high === null || value <= high)) return band.level;
  }
  return 0;
}

function groundOf(criterion: CriterionNow): number | null {
  return (
    criterion.inputs.find((input) => input.input === 'outdoorDeclared')?.declared ??
    criterion.settings.find((one) => one.name === 'outdoorDefault')?.value ??
    null
  );
}

/** Whether the local day of an instant lies in the heating season, which the criterion gives as month × 100 + day. */
function seasonOf(criterion: CriterionNow, clock: ZoneClock): (at: number) => boolean {
  const setting = (name: string) => criterion.settings.find((one) => one.name === name)?.value;
  const [from, to] = [setting('heatingFrom'), setting('heatingTo')];
  if (from === undefined || to === undefined) return () => true;
  return (at) => {
    const local = new Date(clock.local(at));
    const day = (local.getUTCMonth() + 1) * 100 + local.getUTCDate();
    return from <= to ? day >= from && day <= to : day >= from || day <= to;
  };
}
