const paths: Record<string, string> = {
  now: 'M3 11l9-7 9 7M5 10v10h14V10M10 20v-6h4v6',
  air: 'M3 9h11a3 3 0 1 0-3-3M3 14h15a3 3 0 1 1-3 3M3 19h7',
  energy: 'M13 3L5 14h6l-1 7 8-11h-6z',
  label: 'M12 3l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.500 9.200l5.900-.800z',
  devices: 'M4 5h16v10H4zM8 20h8M12 15v5M8 10h.01M12 10h.01M16 10h.01',
  display: 'M3 5h18v12H3zM9 21h6',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
};

/** A drawing of a menu entry; words stand beside it. */
export function Icon(props: { of: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[props.of] ?? ''} />
    </svg>
  );
}

export function Mark(props: { size?: number }) {
  return (
    <svg width={props.size ?? 32} height={props.size ?? 32} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b6b5d" />
      <path d="M8 22V13l8-5 8 5v9" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round" />
      <path d="M11 22c1-6 5-7 10-7-1 5-4 8-10 7z" fill="#9fe0c8" />
    </svg>
  );
}
