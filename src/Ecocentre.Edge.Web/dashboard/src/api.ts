import { signal } from '@preact/signals';

/** An error the gateway explained (RFC 9457), or a failure to reach it (status 0). */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }
}

export type Role = 'viewer' | 'booking' | 'auditor' | 'admin';

/** Whose token this is. */
export interface Bearer {
  name: string | null;
  role: Role;
  expires: string | null;
}

/** Who is logged in: undefined until known, null when nobody is. */
export const bearer = signal<Bearer | null | undefined>(undefined);

/** GET of a resource under /api/v1 as JSON: `ask<CentreNow>('centre')`. A 401 logs out. */
export async function ask<T>(path: string, cancel?: AbortSignal): Promise<T> {
  const answer = await reach(path, cancel ? { signal: cancel } : {});
  return (await answer.json()) as T;
}

/** As {@link ask}, for whatever is not JSON. */
export async function reach(path: string, more: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address(path), { credentials: 'same-origin', ...more });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal(0, String(error));
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && path !== 'login') bearer.value = null;
  const told = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
  const wait = Number(answer.headers.get('Retry-After'));
  throw new Refusal(answer.status, told.detail ?? told.title ?? answer.statusText, wait > 0 ? wait : null);
}

/** The address of a resource, for links and downloads. */
export function address(path: string): string {
  return path.startsWith('/') ? path : `/api/v1/${path}`;
}

/** Finds out who is logged in. */
export async function recognise(): Promise<void> {
  try {
    bearer.value = await ask<Bearer>('bearer');
  } catch (error) {
    // Only a gateway that knows nobody sends to the door; one that is busy, or a proxy that finds none, is asked again.
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    bearer.value = null;
  }
}

/** Trades a token for the cookie; the page never keeps the token itself. */
export async function login(token: string): Promise<void> {
  await reach('login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token }) });
  await recognise();
}

export async function logout(): Promise<void> {
  await reach('logout', { method: 'POST' });
  bearer.value = null;
}
