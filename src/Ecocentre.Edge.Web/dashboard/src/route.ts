import { signal } from '@preact/signals';

/** Path and query of the page shown. */
export const place = signal(read());

function read(): { path: string; query: URLSearchParams } {
  return { path: location.pathname.replace(/(.)\/$/, '$1'), query: new URLSearchParams(location.search) };
}

addEventListener('popstate', () => (place.value = read()));

/** Shows another page. */
export function go(to: string): void {
  history.pushState(null, '', to);
  place.value = read();
  scrollTo(0, 0);
}

/** Keeps what the user chose on this page in its address, so that it can be sent to somebody; null takes it out. Leaves no step in the history. */
export function keepInAddress(choices: Record<string, string | null>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, chosen] of Object.entries(choices)) {
    if (chosen === null) query.delete(name);
    else query.set(name, chosen);
  }
  const text = query.toString();
  history.replaceState(null, '', location.pathname + (text ? `?${text}` : ''));
  place.value = read();
}

/** Lets plain links inside the dashboard change the page without loading it anew. */
export function catchLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest('a');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname || /^\/(api|openapi|health|metrics)/.test(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
