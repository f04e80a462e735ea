/** How long a load lasted: for each share of the known time (0..1) the load that was reached or exceeded for that share. */
export interface Duration {
  share: number[];
  load: number[];
  /** Windows that are known. */
  count: number;
}

// More than a screen is wide.
const STEPS_MAX = 1000;

/** The load duration curve of values of equal length in time; what is not known does not count. */
export function duration(values: readonly (number | null)[]): Duration {
  const known = values.filter((one): one is number => one !== null).sort((a, b) => b - a);
  const steps = Math.min(STEPS_MAX, Math.max(known.length, 1));
  const [share, load]: [number[], number[]] = [[], []];
  for (let i = 0; known.length > 0 && i <= steps; i++) {
    share.push(i / steps);
    load.push(known[Math.min(known.length - 1, Math.floor((i / steps) * known.length))]!);
  }
  return { share, load, count: known.length };
}

/** The value that a share 0..1 of the known ones do not exceed; null where none is known. */
export function quantile(values: readonly (number | null)[], share: number): number | null {
  const known = values.filter((one): one is number => one !== null).sort((a, b) => a - b);
  return known.length === 0 ? null : known[Math.min(known.length - 1, Math.floor(share * known.length))]!;
}
