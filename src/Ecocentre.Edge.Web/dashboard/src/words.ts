import { signal } from '@preact/signals';

export type Language = 'en' | 'fr';

const KEPT_AS = 'ecocentre.language';

function usual(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT_AS) ?? navigator.language;
  return asked.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

/** The language everything is said in. */
export const language = signal<Language>(usual());

export function speak(wanted: Language): void {
  language.value = wanted;
  localStorage.setItem(KEPT_AS, wanted);
}

type Gaps = Record<string, string | number>;

/**
 * Words of one page or part in both languages: `const t = words({ en: { title: 'Air' }, fr: { title: 'Air' } })`, then `t('title')`.
 * `{name}` in a text is filled from the second argument. French must have exactly the keys of English.
 */
export function words<K extends string>(texts: { en: Record<K, string>; fr: Record<NoInfer<K>, string> }) {
  return (key: K, gaps?: Gaps): string => {
    const text = texts[language.value][key];
    return gaps ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in gaps ? String(gaps[name]) : whole)) : text;
  };
}
