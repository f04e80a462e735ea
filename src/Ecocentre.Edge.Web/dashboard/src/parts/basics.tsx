import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, Refusal } from '../api';
import { words } from '../words';
import type { LevelWord } from '../shapes';

const t = words({
  en: {
    loading: 'Loading …',
    unreachable: 'The gateway cannot be reached. It is tried again by itself.',
    forbidden: 'Your token may not see this.',
    again: 'Try again',
    level3: 'Level 3',
    level2: 'Level 2',
    level1: 'Level 1',
    notmet: 'Not met',
    undetermined: 'Not enough known',
    notapplicable: 'Does not apply',
  },
  fr: {
    loading: 'Chargement …',
    unreachable: 'La passerelle est injoignable. Un nouvel essai se fait tout seul.',
    forbidden: 'Votre jeton ne donne pas accès à cette vue.',
    again: 'Réessayer',
    level3: 'Niveau 3',
    level2: 'Niveau 2',
    level1: 'Niveau 1',
    notmet: 'Non atteint',
    undetermined: 'Données insuffisantes',
    notapplicable: 'Sans objet',
  },
});

/** The published word of a level, for people. */
export const levelWord = (level: LevelWord) => t(level);

/** How a level is coloured: `good`, `watch`, `bad` or nothing. */
export function levelTone(level: LevelWord): 'good' | 'watch' | 'bad' | '' {
  return level === 'notmet' ? 'bad' : level === 'undetermined' ? 'watch' : level === 'notapplicable' ? '' : 'good';
}

/** A bounded part of a page with a heading. `more` stands at the right of the heading. */
export function Card(props: { title?: string; more?: ComponentChildren; class?: string; children: ComponentChildren }) {
  return (
    <section class={`card ${props.class ?? ''}`}>
      {(props.title || props.more) && (
        <div class="card-head">
          {props.title && <h2>{props.title}</h2>}
          {props.more}
        </div>
      )}
      {props.children}
    </section>
  );
}

/** The title of a page. */
export function PageHead(props: { title: string; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <h1 tabIndex={-1}>{props.title}</h1>
      {props.children}
    </header>
  );
}

export function Pill(props: { tone?: 'good' | 'watch' | 'bad' | ''; children: ComponentChildren }) {
  return <span class={`pill ${props.tone ?? ''}`}>{props.children}</span>;
}

/** One of a few: buttons of which exactly one is pressed. */
export function Choice<T extends string>(props: { label: string; of: readonly { id: T; text: string }[]; chosen: T; choose: (id: T) => void }) {
  return (
    <div class="choice" role="group" aria-label={props.label}>
      {props.of.map((one) => (
        <button key={one.id} type="button" aria-pressed={one.id === props.chosen} onClick={() => props.choose(one.id)}>
          {one.text}
        </button>
      ))}
    </div>
  );
}

/** What a resource answered: `found` stays while it is asked again. */
export interface Asked<T> {
  found: T | null;
  refusal: Refusal | null;
  loading: boolean;
  again: () => void;
}

/** GET of a resource whenever `path` changes (null asks nothing), and every `seconds` when given. Failures to reach the gateway are tried again. */
export function useAsk<T>(path: string | null, seconds?: number): Asked<T> {
  const [state, setState] = useState<{ path: string | null; found: T | null; refusal: Refusal | null; loading: boolean }>({
    path,
    found: null,
    refusal: null,
    loading: path !== null,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState((before) => ({ path, found: before.path === path ? before.found : null, refusal: null, loading: true }));
    const go = () =>
      ask<T>(path, stop.signal).then(
        (found) => {
          setState({ path, found, refusal: null, loading: false });
          if (seconds) timer = setTimeout(go, seconds * 1000);
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          const refusal = error instanceof Refusal ? error : new Refusal(0, String(error));
          setState((before) => ({ path, found: before.path === path ? before.found : null, refusal, loading: false }));
          if (refusal.status === 0 || refusal.status === 429 || refusal.status === 503 || seconds)
            timer = setTimeout(go, 1000 * (refusal.retryAfterSeconds ?? Math.max(5, seconds ?? 0)));
        },
      );
    void go();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [path, seconds, round]);
  return { found: state.path === path ? state.found : null, refusal: state.refusal, loading: state.loading, again: () => setRound(round + 1) };
}

/** Shows what was found, or why there is nothing. */
export function Found<T>(props: { asked: Asked<T>; children: (found: T) => ComponentChildren }) {
  const { found, refusal, again } = props.asked;
  if (found !== null) return <>{props.children(found)}</>;
  if (!refusal) return <p class="soft" aria-busy="true">{t('loading')}</p>;
  return (
    <div class="note watch" role="status">
      <p>{refusal.status === 0 ? t('unreachable') : refusal.status === 403 ? t('forbidden') : refusal.message}</p>
      {refusal.status !== 403 && (
        <button class="button" type="button" onClick={again}>
          {t('again')}
        </button>
      )}
    </div>
  );
}
