import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const KEPT_AS = 'ecocentre.theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(prefersDark.matches);
prefersDark.addEventListener('change', (event) => (systemIsDark.value = event.matches));

function usual(): Theme {
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(KEPT_AS);
  return asked === 'light' || asked === 'dark' ? asked : 'auto';
}

/** What the user chose. */
export const theme = signal<Theme>(usual());

/** What is shown. Canvas drawings read it, so that they are drawn again when it changes. */
export const shownTheme = signal<'light' | 'dark'>('light');

effect(() => {
  shownTheme.value = theme.value === 'auto' ? (systemIsDark.value ? 'dark' : 'light') : theme.value;
  document.documentElement.dataset.theme = shownTheme.value;
});

export function dress(wanted: Theme): void {
  theme.value = wanted;
  localStorage.setItem(KEPT_AS, wanted);
}

/** The value of a token of tokens.css in the theme shown: `token('--series-1')`. */
export function token(name: string): string {
  void shownTheme.value;
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
