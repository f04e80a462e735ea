import '../styles/charts.css';
import { centreNow } from '../charts/now';
import { calendar, calendarOf, moved, type Calendar } from '../charts/span';
import { centreClock } from '../charts/source';
import { fits, type TimeView } from '../charts/view';
import { chartWords as t, lengthWord, spanWord } from '../charts/words';
import type { Length } from '../shapes';
import { Choice } from './basics';

const LENGTHS: readonly Length[] = ['1m', '15m', '1h', '1d'];

/** Chooses what stretch of time a page shows: a calendar's day, week, month or year, and those before and after. */
export function SpanBar(props: { view: TimeView; children?: preact.ComponentChildren }) {
  const { view } = props;
  const shown = view.shown.value;
  const clock = centreClock();
  const kind = calendarOf(shown, clock);
  const now = centreNow();
  const choose = (wanted: Calendar) => {
    const middle = (shown.from + shown.to) / 2;
    view.choose(calendar(wanted, shown.to > now || middle > now ? now : middle, clock));
  };
  const step = (by: 1 | -1) => {
    if (kind) view.choose(calendar(kind, (shown.from + shown.to) / 2, clock, by));
    else view.choose(moved(shown, by));
  };
  return (
    <div class="spanbar" role="group" aria-label={t('range')}>
      <Choice<Calendar | ''>
        label={t('range')}
        chosen={kind ?? ''}
        choose={(one) => one && choose(one)}
        of={[
          { id: 'day', text: t('day') },
          { id: 'week', text: t('week') },
          { id: 'month', text: t('month') },
          { id: 'year', text: t('year') },
        ]}
      />
      <div class="stepper">
        <button type="button" class="step" aria-label={t('earlier')} onClick={() => step(-1)}>
          <Arrow back />
        </button>
        <p class="span-word figure" aria-live="polite" data-test="span">
          {spanWord(shown)}
        </p>
        <button type="button" class="step" aria-label={t('later')} disabled={shown.to > now} onClick={() => step(1)}>
          <Arrow />
        </button>
      </div>
      {(shown.to <= now || !kind) && (
        <button type="button" class="plain small" onClick={() => view.choose(calendar(kind ?? 'day', now, clock))}>
          {t('today')}
        </button>
      )}
      {props.children}
      <label class="soft small span-length">
        {t('detail')}{' '}
        <select
          class="field"
          value={view.detail.value ?? ''}
          onChange={(event) => (view.detail.value = ((event.target as HTMLSelectElement).value || null) as Length | null)}
        >
          <option value="">
            {t('auto')} ({lengthWord(view.length)})
          </option>
          {LENGTHS.filter((one) => fits(one, view.settled.value)).map((one) => (
            <option key={one} value={one}>
              {lengthWord(one)}
            </option>
          ))}
        </select>
      </label>
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
