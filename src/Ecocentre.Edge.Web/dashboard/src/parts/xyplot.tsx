import '../styles/charts.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { stepWord } from '../charts/words';

/** A drawing with two axes of numbers: what stands on it is drawn by `children`, which are told where a value lies. */
export function XyPlot(props: {
  label: string;
  x: [number, number];
  y: [number, number];
  xTitle: string;
  yTitle: string;
  xTicks?: readonly { at: number; text: string }[];
  height?: number;
  onPoint?: (x: number | null) => void;
  children: (x: (value: number) => number, y: (value: number) => number) => ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const size = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    size.observe(box.current!);
    return () => size.disconnect();
  }, []);
  const height = props.height ?? Math.round(Math.min(340, Math.max(210, width * 0.5)));
  const [left, right, top, bottom] = [46, width - 12, 24, height - 42];
  const [[x0, x1], [y0, y1]] = [props.x, props.y];
  const x = (value: number) => left + ((value - x0) / (x1 - x0)) * (right - left);
  const y = (value: number) => bottom - ((value - y0) / (y1 - y0)) * (bottom - top);
  const yTicks = steps(y0, y1, Math.max(3, height / 55));
  const given = props.xTicks?.filter((_, i) => width > 480 || i % 2 === 0);
  const xTicks = given ?? steps(x0, x1, Math.max(3, width / 90)).map((at, _, all) => ({ at, text: stepWord(at, (all[1] ?? 1) - (all[0] ?? 0)) }));
  const step = (yTicks[1] ?? 1) - (yTicks[0] ?? 0);
  const point = (event: MouseEvent) => {
    const at = x0 + ((event.clientX - box.current!.getBoundingClientRect().left - left) / (right - left)) * (x1 - x0);
    props.onPoint?.(at >= x0 && at <= x1 ? at : null);
  };
  return (
    <div ref={box} class="xyplot">
      <svg
        class="scatter"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={props.label}
        {...(props.onPoint ? { onMouseMove: point, onMouseLeave: () => props.onPoint?.(null) } : {})}
      >
        {yTicks.map((at) => (
          <g key={at}>
            <path d={`M${left} ${y(at)}H${right}`} stroke="var(--grid)" />
            <text x={left - 8} y={y(at) + 4} text-anchor="end">
              {stepWord(at, step)}
            </text>
          </g>
        ))}
        {xTicks
          .filter((tick) => tick.at >= x0 && tick.at <= x1)
          .map((tick) => (
            <g key={tick.at}>
              <path d={`M${x(tick.at)} ${bottom}v5`} stroke="var(--line-strong)" />
              <text x={x(tick.at)} y={bottom + 20} text-anchor={x(tick.at) > right - 14 ? 'end' : 'middle'}>
                {tick.text}
              </text>
            </g>
          ))}
        <text x={left - 38} y={12}>
          {props.yTitle}
        </text>
        <text x={right} y={height - 4} text-anchor="end">
          {props.xTitle}
        </text>
        {props.children(x, y)}
        <path d={`M${left} ${bottom}H${right}`} stroke="var(--line-strong)" />
      </svg>
    </div>
  );
}

/** Round numbers between two ends, about so many. */
export function steps(low: number, high: number, about: number): number[] {
  const rough = (high - low) / Math.max(1, about);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * size).find((one) => one >= rough)!;
  const found: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) found.push(Number((n * step).toPrecision(12)));
  return found;
}

/** A line through values at places, broken where one is not known. */
export function pathOf(
  places: readonly number[],
  values: readonly (number | null)[],
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  let [path, down] = ['', false];
  for (let i = 0; i < places.length; i++) {
    const value = values[i] ?? null;
    if (value !== null) path += `${down ? 'L' : 'M'}${x(places[i]!).toFixed(1)} ${y(value).toFixed(1)}`;
    down = value !== null;
  }
  return path;
}
