import { useEffect, useState } from 'preact/hooks';
import '../styles/label.css';
import { centreNow } from '../charts/now';
import { mondayOf, parsePeriod, stepPeriod, type Period, type PeriodKind } from '../charts/period';
import { centreClock } from '../charts/source';
import type { Span } from '../charts/span';
import { spanWord } from '../charts/words';
import { centre } from '../centre';
import { percent } from '../figures';
import { Card, Choice, Found, levelTone, levelWord, PageHead, Pill, useAsk } from '../parts/basics';
import { ExportCard } from '../parts/exportcard';
import { deciding, isComparable } from '../outlook';
import { Told } from '../parts/told';
import { keepInAddress, place } from '../route';
import { tell } from '../told';
import type { CriterionList, CriterionNow, LabelNow, LevelWord } from '../shapes';

import { amount } from './label/amount';
import { Detail } from './label/detail';
import { t } from './label/words';

const KINDS: readonly PeriodKind[] = ['day', 'week', 'month', 'year', 'rolling'];
const FAMILIES = ['EN', 'AQ', 'TH', 'WA', 'WS', 'EV', 'PR', 'US', 'CO'] as const;

export default function Label() {
  return centre.value ? (
    <Standing />
  ) : (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}

function Standing() {
  const asked = place.value.query.get('period') ?? 'month';
  const running = KINDS.find((kind) => kind === asked);
  const named = running ? null : parsePeriod(asked);
  const path = running ?? named?.name ?? 'month';
  const label = useAsk<LabelNow>(`label?period=${path}`, 120);
  const criteria = useAsk<CriterionList>(`criteria?period=${path}`, 120);
  const period = named ?? (label.found ? parsePeriod(label.found.period) : null);
  const choose = (wanted: string) => keepInAddress({ period: wanted === 'month' ? null : wanted });
  const step = (by: number) => {
    if (!period) return;
    const next = stepPeriod(period, by);
    choose(covers(next, centreNow()) ? next.kind : next.name);
  };
  const kind = running ?? named?.kind ?? 'month';
  return (
    <div class="page">
      <PageHead title={t('title')}>{label.found && <span class="soft small"><Told text={label.found.title} /></span>}</PageHead>
      <div class="spanbar" role="group" aria-label={t('period')}>
        <Choice<PeriodKind> label={t('period')} chosen={kind} choose={choose} of={KINDS.map((id) => ({ id, text: t(id) }))} />
        <div class="stepper">
          <button type="button" class="step" aria-label={t('earlier')} disabled={!period} onClick={() => step(-1)}>
            <Arrow back />
          </button>
          <p class="span-word figure" aria-live="polite">
            {period ? periodWord(period) : ''}
          </p>
          <button type="button" class="step" aria-label={t('later')} disabled={!period || covers(period, centreNow())} onClick={() => step(1)}>
            <Arrow />
          </button>
        </div>
      </div>
      <Found asked={label}>{(found) => <Head label={found} criteria={criteria.found?.criteria ?? []} />}</Found>
      {label.found && <Found asked={criteria}>{(found) => <Families list={found} />}</Found>}
      {period && <ExportCard {...daysOf(period)} />}
    </div>
  );
}

function Arrow(props: { back?: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={props.back ? 'M10 3 5 8l5 5' : 'm6 3 5 5-5 5'} />
    </svg>
  );
}

/** The stretch a period covers. */
function spanOf(period: Period): Span {
  const clock = centreClock();
  const { kind, name } = period;
  if (kind === 'day') return { from: clock.parse(name), to: clock.day(clock.parse(name), 1) };
  if (kind === 'week') {
    const monday = clock.instant(mondayOf(name));
    return { from: monday, to: clock.day(monday, 7) };
  }
  if (kind === 'rolling') {
    const last = clock.parse(name.slice(4));
    const [year, month, day] = name.slice(4).split('-').map(Number) as [number, number, number];
    return { from: clock.instant(Date.UTC(year - 1, month - 1, day + 1)), to: clock.day(last, 1) };
  }
  const [year, month] = [Number(name.slice(0, 4)), kind === 'year' ? 0 : Number(name.slice(5)) - 1];
  return { from: clock.instant(Date.UTC(year, month)), to: clock.instant(kind === 'year' ? Date.UTC(year + 1, 0) : Date.UTC(year, month + 1)) };
}

/** The local days of a period that have ended, as the API takes them. */
function daysOf(period: Period): { from: string; to: string | null } {
  const clock = centreClock();
  const span = spanOf(period);
  const last = Math.min(span.to, clock.day(centreNow())) - 1;
  return { from: clock.date(span.from), to: last < span.from ? null : clock.date(last) };
}

const covers = (period: Period, at: number) => {
  const span = spanOf(period);
  return span.from <= at && at < span.to;
};

function periodWord(period: Period): string {
  if (period.kind === 'week') return t('week_', { week: Number(period.name.slice(6)), year: period.name.slice(0, 4) });
  if (period.kind === 'rolling') return t('rolling_', { day: spanWord(spanOf({ kind: 'day', name: period.name.slice(4) })).replace(/^\S+ /, '') });
  return spanWord(spanOf(period));
}

function Head(props: { label: LabelNow; criteria: readonly CriterionNow[] }) {
  const { label, criteria } = props;
  const judged = criteria.filter((one) => one.mandatory && one.verdict && one.verdict.level !== 'notapplicable');
  const met = judged.filter((one) => one.verdict!.level.startsWith('level')).length;
  const final = label.verdicts.length > 0 && label.verdicts.every((one) => one.final);
  return (
    <Card class="label-head">
      <div class={`stamp ${levelTone(label.level)}`}>
        <Stairs level={label.level} />
        <div>
          <p class="soft small">{t(final ? 'ended' : 'running')}</p>
          <p class="level-word" data-test="level">
            {levelWord(label.level)}
          </p>
          {judged.length > 0 && <p class="soft small">{t('summary', { met, all: judged.length })}</p>}
        </div>
      </div>
      <div class="caps">
        <h2>{t('capped')}</h2>
        {label.cappedBy.length === 0 ? (
          <p class="soft">{t('nothingCaps')}</p>
        ) : (
          <ul>
            {label.cappedBy.map((id) => {
              const criterion = criteria.find((one) => one.id === id);
              return (
                <li key={id}>
                  <a href={`#${id}`} onClick={(event) => show(event, id)}>
                    {tell(criterion?.title ?? id).text}
                  </a>
                  {criterion?.verdict && <Pill tone={levelTone(criterion.verdict.level)}>{levelWord(criterion.verdict.level)}</Pill>}
                </li>
              );
            })}
          </ul>
        )}
        <p class="soft small">{t('rule')}</p>
      </div>
    </Card>
  );
}

function show(event: MouseEvent, id: string): void {
  event.preventDefault();
  unfold(id);
}

/** Opens a criterion and goes there. */
function unfold(id: string): void {
  const row = document.getElementById(id) as HTMLDetailsElement | null;
  if (!row) return;
  row.open = true;
  row.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  row.querySelector('summary')?.focus({ preventScroll: true });
}

/** Three steps, filled as far as the level goes: said without colour too. */
function Stairs(props: { level: LevelWord; small?: boolean }) {
  const held = props.level.startsWith('level') ? Number(props.level.slice(5)) : 0;
  const open = props.level === 'undetermined';
  return (
    <svg class="stairs" viewBox="0 0 60 44" width={props.small ? 30 : 76} height={props.small ? 22 : 56} aria-hidden="true">
      {[1, 2, 3].map((step) => (
        <rect
          key={step}
          x={(step - 1) * 20 + 1.5}
          y={44 - step * 13 - 1.5}
          width="17"
          height={step * 13}
          rx="3"
          class={step <= held ? 'held' : open ? 'open' : 'none'}
        />
      ))}
    </svg>
  );
}

function Families(props: { list: CriterionList }) {
  const { criteria } = props.list;
  useEffect(() => {
    // A link to one of them, from another page or from somebody else.
    const wanted = place.peek().query.get('show');
    if (wanted) unfold(wanted);
  }, []);
  const judged = criteria.filter((one) => one.verdict && one.verdict.level !== 'notapplicable');
  const without = criteria.filter((one) => one.verdict?.level === 'notapplicable');
  const others = criteria.filter((one) => !one.verdict);
  const family = (id: string) => FAMILIES.find((one) => id.startsWith(`${one}-`)) ?? 'other';
  return (
    <>
      {[...FAMILIES, 'other' as const].map((name) => {
        const rows = judged.filter((one) => family(one.id) === name);
        if (rows.length === 0) return null;
        return (
          <section class="card family" key={name} aria-label={t(name)}>
            <div class="criterion-line heads small soft" aria-hidden="true">
              <h2>{t(name)}</h2>
              <span>{t('held')}</span>
              <span>{t('soFar')}</span>
              <span>{t('headroom')}</span>
              <span>{t('projection')}</span>
              <span>{t('coverage')}</span>
            </div>
            {rows.map((one) => (
              <Criterion key={one.id} criterion={one} list={props.list} />
            ))}
          </section>
        );
      })}
      {without.length > 0 && (
        <details class="card">
          <summary>{t('notApplicable', { count: without.length })}</summary>
          <ul class="without small">
            {without.map((one) => (
              <li key={one.id}>
                <strong>{one.id}</strong> <Told text={one.title} /> <span class="soft"><Told text={one.verdict!.text ?? ''} /></span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {others.length > 0 && <p class="soft small">{t('notJudged', { list: others.map((one) => tell(one.title).text).join(', ') })}</p>}
    </>
  );
}

function Criterion(props: { criterion: CriterionNow; list: CriterionList }) {
  const { criterion } = props;
  const verdict = criterion.verdict!;
  const [open, setOpen] = useState(false);
  const toggle = (event: Event) => {
    const is = (event.currentTarget as HTMLDetailsElement).open;
    setOpen(is);
    // The newest one unfolded is in the address.
    if (is) keepInAddress({ show: criterion.id });
    else if (place.peek().query.get('show') === criterion.id) keepInAddress({ show: null });
  };
  const level = deciding(verdict);
  // Else the projection is of another sort than what is held against the limit (kg/m² beside a reduction in %), and stands below its own figure so far.
  const comparable = isComparable(verdict, level);
  // A level that asks for nothing but that it is reported is told by the verdict's own figure.
  const asks = level?.limit !== undefined;
  const shown = asks ? level : verdict;
  const { share, min } = verdict.coverage;
  const spaceName = centre.value?.spaces.find((one) => one.id === verdict.cause)?.name;
  const headroom = level?.headroom;
  const spare =
    headroom === undefined || headroom === null
      ? null
      : t(headroom >= 0 ? 'left' : 'over', { amount: amount(Math.abs(headroom), level!.headroomUnit ?? '', '') });
  return (
    <details id={criterion.id} class="criterion" onToggle={toggle}>
      <summary class="criterion-line">
        <span class="criterion-name">
          <Told text={criterion.title} />
          <span class="soft small">
            {criterion.id} · {t(criterion.mandatory ? 'mandatory' : 'optional')}
            {verdict.cause && (
              <>
                {' '}
                ·{' '}
                <span class="because">
                  {t('cause')} {spaceName ?? verdict.cause}
                </span>
              </>
            )}
          </span>
        </span>
        <span class={`held-level ${levelTone(verdict.level)}`}>
          <Stairs level={verdict.level} small /> {levelWord(verdict.level)}
        </span>
        <span class="figure" data-head={t('soFar')}>
          {amount(shown.value, shown.unit ?? '', comparable || asks ? (level?.limitName ?? '') : '')}
          {level?.limit !== undefined && (
            <small class="soft">
              {' '}
              {level.limitName.endsWith('Min') ? '≥' : '≤'} {amount(level.limit, level.unit ?? '', level.limitName)}
            </small>
          )}
          {asks && !comparable && verdict.value !== undefined && <small class="soft whole">{amount(verdict.value, verdict.unit ?? '', '')}</small>}
        </span>
        <span class="figure" data-head={t('headroom')}>
          {spare ?? '–'}
        </span>
        <span class="figure" data-head={t('projection')}>
          {verdict.final ? '–' : amount(verdict.projection, verdict.unit ?? '', comparable ? (level?.limitName ?? '') : '')}
        </span>
        <span class="figure coverage" data-head={t('coverage')}>
          <i class={share < min ? 'little' : ''} aria-hidden="true">
            <b style={{ width: `${Math.min(100, share * 100)}%` }} />
            <u style={{ left: `${min * 100}%` }} />
          </i>
          {percent(share)}
        </span>
      </summary>
      {open && <Detail criterion={criterion} list={props.list} />}
    </details>
  );
}
