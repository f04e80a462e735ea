import { openStretches } from './charts/occupied';
import { centreClock } from './charts/source';
import { centre, pointsIn } from './centre';
import { date } from './figures';
import { now, value } from './live';
import type { CriterionList, CriterionNow } from './shapes';

/** What is judged in a space, as its air is now. */
export type Comfort = 'co2' | 'temperature' | 'humidity';

/** Categories I to IV: the limits of label levels 3, 2 and 1, and what is beyond them. */
export type Category = 1 | 2 | 3 | 4;

/** The newest mean of a quantity over the good sensors of a space, or null. */
export function inSpace(space: string, quantity: Comfort): number | null {
  const values: number[] = [];
  for (const point of pointsIn(space, quantity)) {
    const v = value(point.name);
    if (v !== null) values.push(v);
  }
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;
}

/** CO2 of the air outside, measured or declared, or null. */
export function outdoorCo2(criteria: CriterionList | null): number | null {
  const input = co2Criterion(criteria)?.inputs.find((one) => one.input.toLowerCase().includes('outdoor'));
  for (const point of input?.points ?? []) {
    const v = value(point);
    if (v !== null) return v;
  }
  return input?.declared ?? null;
}

/** Temperature outside, or null. */
export function outdoorTemperature(): number | null {
  for (const point of centre.value?.points.values() ?? []) if (point.roles.includes('outdoorTemperature')) return value(point.name);
  return null;
}

/**
 * The category of a value by the limits of the label, or null where the label has none for it or what it needs is not known.
 * Limits are read from the criteria; none stands here.
 */
export function categoryOf(quantity: Comfort, measured: number | null, criteria: CriterionList | null): Category | null {
  if (measured === null || !criteria) return null;
  if (quantity === 'co2') {
    const outdoor = outdoorCo2(criteria);
    const limit = limitsOf(co2Criterion(criteria), 'aboveOutdoorMax');
    return outdoor === null || !limit ? null : best((level) => within(measured - outdoor, null, limit[level - 1]));
  }
  const criterion = criterionFor(quantity, criteria);
  if (!criterion) return null;
  const prefix = quantity === 'humidity' ? 'value' : isHeating(criterion) ? 'heating' : 'cooling';
  const [low, high] = [limitsOf(criterion, `${prefix}Min`), limitsOf(criterion, `${prefix}Max`)];
  return low || high ? best((level) => within(measured, low?.[level - 1], high?.[level - 1])) : null;
}

/** As {@link categoryOf}, for a space at this moment: null too while nobody is there and the label looks at occupied time only. */
export function categoryNow(space: string, quantity: Comfort, measured: number | null, criteria: CriterionList | null): Category | null {
  const when = criteria && criterionFor(quantity, criteria)?.when;
  return when === 'occupied' && !isInUse(space) ? null : categoryOf(quantity, measured, criteria);
}

/** Whether a space is occupied as the label takes it: as it is seen, else while the centre is open; true where the site does not say when that is. */
export function isInUse(space: string): boolean {
  const seen = pointsIn(space, 'presence').map((point) => value(point.name)).filter((one): one is number => one !== null);
  if (seen.length) return seen.some((one) => one >= 0.5);
  const desks = now.value?.spaces[space];
  if (desks && desks.desks > desks.unknown) return desks.occupied > 0;
  const opening = centre.value?.about.opening;
  if (!opening || opening.weekly.length === 0 || !now.value) return true;
  const at = Date.parse(now.value.at);
  return openStretches(opening, { from: at, to: at + 1 }, centreClock()).length > 0;
}

/** Whether a temperature is beyond the warm end of the widest range, not the cold one. */
export function isTooWarm(measured: number, criteria: CriterionList | null): boolean {
  const criterion = criteria && criterionFor('temperature', criteria);
  const high = criterion && limitsOf(criterion, isHeating(criterion) ? 'heatingMax' : 'coolingMax')?.[0];
  return high !== null && high !== undefined && measured > high;
}

/** I, II, III, IV */
export const roman = (category: Category) => ['I', 'II', 'III', 'IV'][category - 1]!;

function criterionFor(quantity: Comfort, criteria: CriterionList): CriterionNow | undefined {
  return quantity === 'co2' ? co2Criterion(criteria)
    : quantity === 'humidity' ? humidityCriterion(criteria)
    : criteria.criteria.find((one) => one.kind === 'temperature-category');
}

function co2Criterion(criteria: CriterionList | null): CriterionNow | undefined {
  return criteria?.criteria.find((one) => one.limits.some((limit) => limit.name === 'aboveOutdoorMax'));
}

function humidityCriterion(criteria: CriterionList): CriterionNow | undefined {
  const names = (one: CriterionNow) => one.limits.map((limit) => `${limit.name} ${limit.unit}`);
  return criteria.criteria.find((one) => names(one).includes('valueMin %') && names(one).includes('valueMax %'));
}

function limitsOf(criterion: CriterionNow | undefined, name: string): (number | null)[] | undefined {
  return criterion?.limits.find((limit) => limit.name === name)?.levels;
}

function within(measured: number, low: number | null | undefined, high: number | null | undefined): boolean {
  return (low ?? -Infinity) <= measured && measured <= (high ?? Infinity);
}

function best(meets: (level: 1 | 2 | 3) => boolean): Category {
  return meets(3) ? 1 : meets(2) ? 2 : meets(1) ? 3 : 4;
}

/** Whether the criterion counts today as heating season: two days of the year as month × 100 + day, perhaps over the new year. */
function isHeating(criterion: CriterionNow): boolean {
  const setting = (name: string) => criterion.settings.find((one) => one.name === name)?.value;
  const [from, to] = [setting('heatingFrom'), setting('heatingTo')];
  if (from === undefined || to === undefined) return true;
  const [, month, dayOfMonth] = date(now.value?.at ?? Date.now()).split('-').map(Number);
  const today = month! * 100 + dayOfMonth!;
  return from <= to ? today >= from && today <= to : today >= from || today <= to;
}
