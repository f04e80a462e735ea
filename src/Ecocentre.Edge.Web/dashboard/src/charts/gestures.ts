import { moved, zoomed } from './span';
import type { TimeView } from './view';

/** Where time is drawn inside an element: pixels from its left edge. */
export interface Field {
  left: number;
  width: number;
}

// One notch of a wheel shows a fifth more or less time.
const WHEEL = 1.2;

// A finger that moves this far across means the chart, not the page.
const GRIP = 8;

/** Zoom by wheel and pinch, move by drag; keys are {@link onKey}'s. Returns how to stop. */
export function follow(element: HTMLElement, field: () => Field, view: TimeView): () => void {
  const fingers = new Map<number, { x: number; y: number }>();
  let held = false;

  const timeAt = (x: number) => {
    const [{ left, width }, { from, to }] = [field(), view.shown.value];
    return from + ((x - element.getBoundingClientRect().left - left) / width) * (to - from);
  };
  const wheel = (event: WheelEvent) => {
    // Sideways is moving; up and down is zooming, but leaves the page to be scrolled unless the chart is being used.
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) view.move(moved(view.shown.value, event.deltaX / field().width));
    else if (event.ctrlKey || event.metaKey || element.contains(document.activeElement))
      view.move(zoomed(view.shown.value, Math.pow(WHEEL, Math.sign(event.deltaY)), timeAt(event.clientX)));
    else return;
    event.preventDefault();
  };
  const down = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    held = event.pointerType === 'mouse' || fingers.size > 1;
    if (held) capture();
  };
  const capture = () => {
    for (const id of fingers.keys()) if (!element.hasPointerCapture(id)) element.setPointerCapture(id);
    element.classList.add('held');
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    if (!held) {
      if (Math.abs(event.clientX - before.x) < GRIP) return;
      held = true;
      capture();
    }
    const all = [...fingers.entries()];
    const other = all.find(([id]) => id !== event.pointerId)?.[1];
    if (!other) view.move(moved(view.shown.value, -(event.clientX - before.x) / field().width));
    else {
      const [was, is] = [Math.abs(before.x - other.x), Math.abs(event.clientX - other.x)];
      if (was > 10 && is > 10) view.move(zoomed(view.shown.value, was / is, timeAt((event.clientX + other.x) / 2)));
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    if (fingers.size > 0) return;
    held = false;
    element.classList.remove('held');
  };
  const doubled = (event: MouseEvent) => view.move(zoomed(view.shown.value, 0.5, timeAt(event.clientX)));

  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('dblclick', doubled);
  return () => {
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('dblclick', doubled);
  };
}

/** Moves and zooms by keys; true when the key was meant for the chart. */
export function onKey(event: KeyboardEvent, view: TimeView): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey || (event.shiftKey && event.key.startsWith('Arrow'))) return false;
  const span = view.shown.value;
  const middle = (span.from + span.to) / 2;
  const to = {
    ArrowLeft: () => moved(span, -0.2),
    ArrowRight: () => moved(span, 0.2),
    PageUp: () => moved(span, -1),
    PageDown: () => moved(span, 1),
    '+': () => zoomed(span, 1 / 1.5, middle),
    '=': () => zoomed(span, 1 / 1.5, middle),
    '-': () => zoomed(span, 1.5, middle),
    _: () => zoomed(span, 1.5, middle),
    End: () => ({ from: view.limits().to - (span.to - span.from), to: view.limits().to }),
  }[event.key];
  if (!to) return false;
  view.move(to());
  return true;
}
