/** A local day of the energy signature. */
export interface SignatureDay {
  /** Begin of the day, in milliseconds. */
  at: number;
  /** Daily mean outdoors, °C. */
  outdoor: number;
  /** kWh of the day. */
  energy: number;
  /** The centre is open that day. */
  open: boolean;
}

/** A base load, and so much more for each kelvin below the balance temperature (three-parameter change-point model, ASHRAE Guideline 14-2014 annex D). */
export interface SignatureFit {
  /** kWh a day that do not depend on the weather. */
  base: number;
  /** kWh a day for each kelvin below the balance; negative where energy rises with the temperature. */
  slope: number;
  /** °C; null: a straight line over all temperatures, which then goes through `base` at 0 °C and falls by `slope`. */
  balance: number | null;
  /** Share of the scatter that is explained, 0 to 1. */
  explained: number;
  days: number;
}

// With fewer, a line says more than is known.
const DAYS_MIN = 8;

// A range of temperatures narrower than this carries no slope.
const KELVIN_MIN = 4;

/** Fits days; null where there are too few or the weather was always the same. */
export function fitSignature(days: readonly SignatureDay[]): SignatureFit | null {
  if (days.length < DAYS_MIN) return null;
  const warmth = days.map((day) => day.outdoor);
  const [coldest, warmest] = [Math.min(...warmth), Math.max(...warmth)];
  if (warmest - coldest < KELVIN_MIN) return null;
  const energy = days.map((day) => day.energy);
  const straight = line(
    warmth.map((one) => -one),
    energy,
  );
  let best: SignatureFit | null = straight && {
    base: straight.base,
    slope: straight.slope,
    balance: null,
    explained: straight.explained,
    days: days.length,
  };
  // Half a kelvin is finer than the scatter of any building allows to tell; at least a quarter of the days lie on each side of the bend.
  const sorted = [...warmth].sort((a, b) => a - b);
  const [from, to] = [sorted[Math.floor(sorted.length / 4)]!, sorted[Math.floor((sorted.length * 3) / 4)]!];
  for (let balance = Math.ceil(from * 2) / 2; balance <= to; balance += 0.5) {
    const bent = line(
      warmth.map((one) => Math.max(0, balance - one)),
      energy,
    );
    // A bend has to explain visibly more than a line does: it has a number more to do it with.
    if (bent && bent.explained > (best?.explained ?? 0) + (best?.balance === null ? 0.01 : 0))
      best = { base: bent.base, slope: bent.slope, balance, explained: bent.explained, days: days.length };
  }
  return best;
}

/** Energy of a day at an outdoor temperature after a fit. */
export function fitted(fit: SignatureFit, outdoor: number): number {
  return fit.base + fit.slope * (fit.balance === null ? -outdoor : Math.max(0, fit.balance - outdoor));
}

function line(x: readonly number[], y: readonly number[]): { base: number; slope: number; explained: number } | null {
  const count = x.length;
  const [meanX, meanY] = [x.reduce((a, b) => a + b, 0) / count, y.reduce((a, b) => a + b, 0) / count];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (xx === 0) return null;
  const slope = xy / xx;
  return { base: meanY - slope * meanX, slope, explained: yy === 0 ? 1 : (xy * xy) / (xx * yy) };
}
