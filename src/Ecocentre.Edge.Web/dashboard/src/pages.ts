import type { FunctionComponent } from 'preact';

/** A page: its path, its word in the menu, and how it is fetched when it is first shown. */
export interface Page {
  path: string;
  word: 'now' | 'air' | 'energy' | 'label' | 'devices' | 'display';
  load: () => Promise<{ default: FunctionComponent }>;
}

export const pages: readonly Page[] = [
  { path: '/', word: 'now', load: () => import('./pages/now') },
  { path: '/air', word: 'air', load: () => import('./pages/air') },
  { path: '/energy', word: 'energy', load: () => import('./pages/energy') },
  { path: '/label', word: 'label', load: () => import('./pages/label') },
  { path: '/devices', word: 'devices', load: () => import('./pages/devices') },
  { path: '/display', word: 'display', load: () => import('./pages/display') },
];
