import { effect } from '@preact/signals';
import { centre } from '../centre';
import { heardAt, now } from '../live';

// How far the gateway's clock is ahead of this machine's: a gateway keeps its own time, and a demo may run in another week.
let ahead = 0;

effect(() => {
  const about = centre.value?.about;
  if (about && !now.peek()) ahead = Date.parse(about.now) - Date.now();
});

effect(() => {
  const picture = now.value;
  if (picture) ahead = Date.parse(picture.at) - heardAt.peek();
});

/** Now by the gateway's clock, in milliseconds. Subscribes nobody. */
export function centreNow(): number {
  return Date.now() + ahead;
}
