import type { CriterionList, CriterionNow, LevelTold, VerdictTold } from './shapes';

/** What a period of the label comes to as things are: the mandatory criteria that need somebody, worst first. */
export interface Outlook {
  /** These miss level 1 by what is known so far. */
  failing: CriterionNow[];
  /** These hold a level, but where they are heading they will hold none, or a lower one. */
  sinking: CriterionNow[];
  /** Of these too little is known to say. */
  open: CriterionNow[];
  judged: number;
}

export function outlookOf(list: CriterionList): Outlook {
  const judged = list.criteria.filter((one) => one.mandatory && one.verdict && one.verdict.level !== 'notapplicable');
  const held = (one: CriterionNow) => one.verdict!.level;
  return {
    failing: judged.filter((one) => held(one) === 'notmet'),
    sinking: judged.filter((one) => held(one).startsWith('level') && !one.verdict!.final && isSinking(one.verdict!)),
    open: judged.filter((one) => held(one) === 'undetermined'),
    judged: judged.length,
  };
}

/** The finding that decides next: of the level above the one held, else of the best. */
export function deciding(verdict: VerdictTold): LevelTold | undefined {
  return verdict.levels[Math.max(0, heldOf(verdict) - 1)];
}

/** Whether a figure of the verdict as a whole (its value, its projection) is of the same sort as what is held against a limit, and so comparable with it. */
export function isComparable(verdict: VerdictTold, level: LevelTold | undefined): boolean {
  return level !== undefined && level.unit === verdict.unit && (level.value === undefined || level.value === verdict.value);
}

function isSinking(verdict: VerdictTold): boolean {
  const level = verdict.levels[heldOf(verdict) - 1];
  if (!level || level.limit === undefined || verdict.projection === undefined || !isComparable(verdict, level)) return false;
  return level.limitName.endsWith('Min') ? verdict.projection < level.limit : verdict.projection > level.limit;
}

function heldOf(verdict: VerdictTold): number {
  return verdict.level.startsWith('level') ? Number(verdict.level.slice(5)) : 0;
}
