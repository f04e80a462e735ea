import { effect, signal } from '@preact/signals';
import { ask, bearer } from './api';
import { moment } from './figures';
import { language, type Language } from './words';

/** A text of the gateway for people, and the language it is in. */
export interface ToldText {
  text: string;
  lang: Language;
}

interface Saying {
  pattern: RegExp;
  french: string;
}

/** What the gateway's sentences are in French: the table of its reports, fetched when somebody reads French. */
const sayings = signal<readonly Saying[]>([]);
let asked = false;

effect(() => {
  if (language.value !== 'fr' || !bearer.value || asked) return;
  asked = true;
  ask<{ sentences: { english: string; french: string }[] }>('words').then(
    ({ sentences }) => (sayings.value = sentences.map(({ english, french }) => ({ pattern: patternOf(english), french }))),
    () => (asked = false),
  );
});

// A page of incidents and a label's verdicts; more are not shown at once.
const KEPT_MAX = 500;

let kept = new Map<string, ToldText>();
let keptFor: unknown = null;

/** Tells a text of the gateway, which is written in English: in French where every sentence of it is known, else as it stands; times on the centre's clock. */
export function tell(text: string): ToldText {
  const known = language.value === 'fr' ? sayings.value : null;
  if (keptFor !== known || kept.size > KEPT_MAX) [kept, keptFor] = [new Map(), known];
  let told = kept.get(text);
  if (told) return told;
  // A figure of which nothing is known is no figure.
  const whole = sentencesOf(text).filter((one) => !/\bNaN\b/.test(one)).join(' ');
  const french = known && over(whole, known);
  told = { text: withTimes(french ?? whole), lang: french === null ? 'en' : 'fr' };
  kept.set(text, told);
  return told;
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?]) (?=[A-Z0-9])/);
}

function over(text: string, known: readonly Saying[]): string | null {
  const parts: string[] = [];
  for (let rest = text.trim(); rest.length > 0; ) {
    const found = known.map((one) => ({ one, match: one.pattern.exec(rest) })).find(({ match }) => match !== null);
    if (!found) return null;
    const holes = found.match!.slice(1);
    // What fills a hole may be a sentence itself.
    parts.push(found.one.french.replace(/\{(\d)\}/g, (_, n: string) => filled(holes[Number(n)] ?? '', known)));
    rest = rest.slice(found.match![0].length).trim();
  }
  return parts.join(' ');
}

function filled(hole: string, known: readonly Saying[]): string {
  if (/^-?\d+\.\d+$/.test(hole)) return hole.replace('.', ',');
  return (/\s/.test(hole) && over(hole, known)) || hole;
}

/** A whole sentence: the last one, or one that another follows. One that ends in a hole takes the rest. */
function patternOf(english: string): RegExp {
  const literal = english.replace(/[.*+?^$()[\]\\|]/g, '\\$&').replace(/\{\d\}/g, '(.+?)');
  return new RegExp(/\{\d\}$/.test(english) ? `^${literal.slice(0, -2)})$` : `^${literal}(?=$| [A-Z0-9])`, 's');
}

function withTimes(text: string): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => moment(at));
}
