import { useMemo, useState } from 'preact/hooks';
import '../../styles/label.css';
import { bandsOf, criterionOf, referencePoint } from '../../charts/bands';
import { onGrid } from '../../charts/columns';
import { canBeSeen, useOccupied } from '../../charts/looking';
import type { Occupied } from '../../charts/occupied';
import { centreClock, useWindows } from '../../charts/source';
import { lengthFor } from '../../charts/span';
import { TimeView } from '../../charts/view';
import { quantityWord } from '../../charts/words';
import { centre } from '../../centre';
import { brief, number, percent } from '../../figures';
import { levelWord, Pill, useAsk } from '../../parts/basics';
import { Told } from '../../parts/told';
import { TimeChart, unitWord, type CoveredLine } from '../../parts/timechart';
import type { CriterionList, CriterionNow, LevelWord, LimitTold } from '../../shapes';
import { token } from '../../theme';
import { tell } from '../../told';

import { amount } from './amount';
import { limitWord, t } from './words';

/** A criterion unfolded: its limits, how it was judged, and the windows behind it. */
export function Detail(props: { criterion: CriterionNow; list: CriterionList }) {
  const { criterion } = props;
  const verdict = criterion.verdict!;
  const { coverage } = verdict;
  const excluded = Object.entries(coverage.excluded ?? {});
  const reason = (key: string) => (key === 'noWindow' || key === 'lowCoverage' || key === 'noReference' ? t(key) : key);
  const limitsOf = (level: number) => criterion.limits.filter((limit) => limit.levels[level - 1] !== null && limit.levels[level - 1] !== undefined);
  return (
    <div class="detail">
      <div class="table-box" tabIndex={0} role="region" aria-label={t('levels')}>
        <table class="levels-table">
          <thead>
            <tr>
              <th scope="col">{t('held')}</th>
              <th scope="col">{t('limit')}</th>
              <th scope="col">{t('soFar')}</th>
              <th scope="col">{t('outcome')}</th>
              <th scope="col">{t('headroom')}</th>
            </tr>
          </thead>
          <tbody>
            {[3, 2, 1].map((level) => {
              const told = verdict.levels[level - 1];
              const limits = limitsOf(level);
              return (
                <tr key={level}>
                  <th scope="row">{levelWord(`level${level}` as LevelWord)}</th>
                  <td class="limits">
                    {limits.length === 0 ? t('ask') : limits.map((limit) => <LimitLine key={limit.name} limit={limit} level={level} />)}
                  </td>
                  <td class="figure">
                    {told?.limit === undefined && told?.unit !== verdict.unit
                      ? amount(verdict.value, verdict.unit ?? '', '')
                      : amount(told?.value, told?.unit ?? '', told?.limitName ?? '')}
                  </td>
                  <td>
                    {told ? <Pill tone={told.outcome === 'met' ? 'good' : told.outcome === 'notmet' ? 'bad' : 'watch'}>{t(told.outcome)}</Pill> : '–'}
                  </td>
                  <td class="figure">
                    {told?.headroom === undefined
                      ? '–'
                      : t(told.headroom >= 0 ? 'left' : 'over', {
                          amount: amount(Math.abs(told.headroom), told.headroomUnit ?? '', ''),
                        })}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div class="told small">
        <p>
          <strong>{t('coverage')}</strong> {percent(coverage.share, 1)}:{' '}
          {t('of', { valid: number(coverage.valid), expected: number(coverage.expected), minutes: criterion.stepMinutes })};{' '}
          {t('least', { share: percent(coverage.min) })}.
          {excluded.length > 0 && <> {t('excluded', { list: excluded.map(([key, count]) => `${reason(key)} ${number(count)}`).join(', ') })}.</>}
        </p>
        {verdict.text && <p><Told text={verdict.text} /></p>}
        <Sources criterion={criterion} />
        <p class="soft">
          <strong>{t('why')}</strong>{' '}
          {[verdict.decisionRule ?? criterion.decisionRule, verdict.occupied, verdict.assumption].flatMap((one) => (one ? [tell(one).text] : [])).join('. ')}
          {verdict.uncertainty !== undefined && <>. {t('uncertainty', { value: amount(verdict.uncertainty, verdict.uncertaintyUnit ?? '', '') })}</>}.
        </p>
      </div>
      <Behind criterion={criterion} list={props.list} />
    </div>
  );
}

function LimitLine(props: { limit: LimitTold; level: number }) {
  const { limit, level } = props;
  return (
    <span class="limit-line">
      <span class="soft small">{limitWord(limit.name)}</span>{' '}
      <b class="figure">
        {limit.name.endsWith('Min') ? '≥' : '≤'} {amount(limit.levels[level - 1], limit.unit, limit.name)}
      </b>
    </span>
  );
}

/** Where the numbers come from, each source once. */
function Sources(props: { criterion: CriterionNow }) {
  const all = new Map(props.criterion.limits.flatMap((limit) => limit.sources.map((source) => [source.id, source] as const)));
  if (all.size === 0) return null;
  return (
    <p class="soft">
      <strong>{t('source')}</strong> {[...all.values()].map((source) => `${tell(source.title).text} (${source.sure})`).join('. ')}.
    </p>
  );
}

/** The windows a criterion is judged from, over the period. */
function Behind(props: { criterion: CriterionNow; list: CriterionList }) {
  const { criterion, list } = props;
  const verdict = criterion.verdict!;
  const choices = criterion.inputs.filter((input) => input.points.length > 0);
  const cause = choices.findIndex((input) => input.space !== null && input.space === verdict.cause);
  const [chosen, setChosen] = useState(Math.max(0, cause));
  const clock = centreClock();
  const view = useMemo(() => {
    const span = { from: clock.parse(verdict.from), to: clock.day(clock.parse(verdict.to), 1) };
    return new TimeView(span, () => span);
  }, [verdict.from, verdict.to]);
  const declared = criterion.inputs
    .filter((input) => input.declared !== null)
    .map((input) => `${input.input} ${brief(input.declared)} ${unitWord(input.unit ?? '')}`);
  const input = choices[chosen];
  const spaceName = (id: string | null) => (id === null ? t('wholeCentre') : (centre.value?.spaces.find((one) => one.id === id)?.name ?? id));
  const many = new Set(choices.map((one) => one.input)).size > 1;
  return (
    <div class="behind">
      <h3>{t('windows')}</h3>
      {declared.length > 0 && <p class="soft small">{t('declared', { list: declared.join(', ') })}</p>}
      {!input ? (
        <p class="soft small">{t('noWindows')}</p>
      ) : (
        <>
          {choices.length > 1 && (
            <label class="small">
              {t('input')}{' '}
              <select class="field" value={chosen} onChange={(event) => setChosen(Number((event.target as HTMLSelectElement).value))}>
                {choices.map((one, i) => (
                  <option key={i} value={i}>
                    {many ? `${inputWord(one.points[0]!)}: ` : ''}
                    {spaceName(one.space)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <InputChart
            key={`${chosen}`}
            criterion={criterion}
            points={input.points}
            space={input.space}
            view={view}
            list={list}
            title={`${inputWord(input.points[0]!)}, ${spaceName(input.space)}`}
          />
        </>
      )}
    </div>
  );
}

const inputWord = (point: string) => quantityWord(centre.value?.points.get(point)?.quantity ?? point);

const NO_SPACES: readonly string[] = [];
const NOT_SEEN: readonly Occupied[] = [];

function InputChart(props: {
  criterion: CriterionNow;
  points: readonly string[];
  space: string | null;
  view: TimeView;
  list: CriterionList;
  title: string;
}) {
  const { criterion, view, list } = props;
  const reference = referencePoint(criterion);
  const drawn = props.points.slice(0, 6);
  const span = view.settled.value;
  const known = centre.value?.points;
  const isCounter = known?.get(drawn[0]!)?.kind === 'counter';
  const length = isCounter && lengthFor(span) === '1m' ? '15m' : isCounter && span.to - span.from > 8 * 86_400_000 ? '1d' : lengthFor(span);
  const sight = useWindows(reference ? [...drawn, reference] : drawn, span, { length });
  const privacy = useAsk<{ spacesWithoutHistory: string[] }>('privacy');
  const isOccupied = criterion.when === 'occupied' || criterion.when === 'unoccupied' || criterion.when === 'open';
  const occupied = useOccupied(
    isOccupied && privacy.found ? props.space : null,
    span,
    criterion.when === 'open' ? null : list.occupied,
    privacy.found?.spacesWithoutHistory ?? NO_SPACES,
  );
  const lines = useMemo(
    () =>
      drawn.map((name, i): CoveredLine => {
        const windows = sight.of(name);
        const point = known?.get(name);
        const spread = drawn.length === 1 && !isCounter && point?.kind === 'gauge';
        return {
          name: drawn.length > 1 ? name : name,
          unit: point?.unit ?? '1',
          digits: 1,
          colour: token(`--series-${(i % 6) + 1}`),
          values: onGrid(sight.starts, windows, isCounter ? 'delta' : 'mean'),
          coverage: onGrid(sight.starts, windows, 'coverage'),
          ...(spread ? { low: onGrid(sight.starts, windows, 'min'), high: onGrid(sight.starts, windows, 'max') } : {}),
        };
      }),
    [drawn.join(), sight.version, sight.starts, token('--series-1')],
  );
  const bands = useMemo(
    () =>
      criterionOf(drawn[0]!, [criterion])
        ? bandsOf(criterion, sight.starts, centreClock(), reference ? onGrid(sight.starts, sight.of(reference), 'mean') : null)
        : null,
    [criterion, sight.version, sight.starts],
  );
  return (
    <TimeChart
      title={`${props.title}${lines[0] && unitWord(lines[0].unit) ? `, ${unitWord(lines[0].unit)}` : ''}`}
      sight={sight}
      view={view}
      lines={lines}
      bands={bands}
      occupied={isOccupied && canBeSeen(span) ? occupied : NOT_SEEN}
      fromZero={isCounter}
      bars={isCounter}
      file={`${criterion.id}-${drawn[0]}`}
    />
  );
}
