/** Shapes of the API's answers, as /openapi/v1.json describes them. Times are RFC 3339 in UTC. */

export interface CentreNow {
  id: string;
  name: string;
  zone: string;
  version: string;
  since: string;
  now: string;
  era: number;
  clockTrusted: boolean;
  points: number;
  spaces: number;
  desks: number;
  opening: { weekly: { day: string; from: string; to: string }[]; holidays: string[] };
  log: { head: number; tail: number };
}

export type Quality = 'good' | 'questionable' | 'invalid' | 'missing';

export interface PointNow {
  name: string;
  quantity: string;
  unit: string;
  kind: 'gauge' | 'counter' | 'state';
  obis: string | null;
  device: string;
  place: string | null;
  /** What the site says it is for: `main`, `pv`, `export`, `outdoorTemperature`, … */
  roles: string[];
  value: number | null;
  at: string | null;
  quality: Quality;
}

export interface SpaceNow {
  id: string;
  name: string;
  storey: string | null;
  areaSquareMetres: number | null;
  peopleMax: number | null;
  desks: number;
  occupied: number;
  free: number;
  unknown: number;
  isOccupied: boolean | null;
}

export type DeskWord = 'free' | 'occupied' | 'held' | 'unknown' | 'fault';

export interface DeskNow {
  id: string;
  ref: string;
  space: string;
  state: DeskWord;
  since: string | null;
  observedAt: string | null;
  validUntil: string | null;
  confidence: number;
  sequence: number;
}

export interface DeskList {
  zone: string;
  sequence: number;
  desks: DeskNow[];
}

/** The event `now` of /api/v1/live. */
export interface LiveNow {
  at: string;
  era: number;
  clockTrusted: boolean;
  points: Record<string, { v: number | null; t: number; q: Quality }>;
  spaces: Record<string, { desks: number; occupied: number; free: number; unknown: number }>;
}

export interface WindowFigures {
  start: string;
  end: string;
  count: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  last: number | null;
  delta: number | null;
  coverage: number;
  revision: number;
}

export interface WindowPage {
  point: string;
  quantity: string;
  unit: string;
  length: '1m' | '15m' | '1h' | '1d';
  zone: string;
  from: string;
  to: string;
  windows: WindowFigures[];
  next: string | null;
}

export type Length = WindowPage['length'];

/** Figures of several points over one axis of time, of /api/v1/points/windows. */
export interface WindowColumns {
  zone: string;
  length: Length;
  from: string;
  to: string;
  /** Seconds since 1970; windows nobody lived through are absent. */
  starts: number[];
  points: PointColumns[];
  next: string | null;
}

type Column = (number | null)[];

export interface PointColumns {
  point: string;
  quantity: string;
  unit: string;
  kind: PointNow['kind'];
  mean: Column | null;
  min: Column | null;
  max: Column | null;
  delta: Column | null;
  coverage: Column;
}

export type LevelWord = 'level3' | 'level2' | 'level1' | 'notmet' | 'undetermined' | 'notapplicable';

export interface LevelTold {
  outcome: 'met' | 'notmet' | 'undetermined';
  value?: number;
  limit?: number;
  limitName: string;
  unit?: string;
  headroom?: number;
  headroomUnit?: string;
}

export interface VerdictTold {
  criterion: string;
  period: string;
  from: string;
  to: string;
  profile: string;
  level: LevelWord;
  final: boolean;
  revision: number;
  value?: number;
  unit?: string;
  levels: LevelTold[];
  coverage: { expected: number; valid: number; share: number; min: number; excluded?: Record<string, number> };
  occupied?: string;
  uncertainty?: number;
  uncertaintyUnit?: string;
  cause?: string;
  text?: string;
  decisionRule?: string;
  projection?: number;
  assumption?: string;
}

export interface LabelNow {
  zone: string;
  profile: string;
  title: string;
  period: string;
  level: LevelWord;
  cappedBy: string[];
  verdicts: VerdictTold[];
}

export interface LimitTold {
  name: string;
  unit: string;
  levels: (number | null)[];
  sources: { id: string; title: string; sure: string }[];
}

/** What a criterion has an input from: points, of a space or of the centre, or a number the site declares. */
export interface InputTold {
  input: string;
  space: string | null;
  points: string[];
  declared: number | null;
  unit: string | null;
}

export interface SettingTold {
  name: string;
  unit: string;
  value: number;
  source: { id: string; title: string; sure: string };
}

export interface CriterionNow {
  id: string;
  title: string;
  kind: string;
  mandatory: boolean;
  scope: 'centre' | 'spaces';
  when: string;
  stepMinutes: number;
  coverageMin: number;
  slotCoverageMin: number;
  decisionRule: string;
  periods: string[];
  limits: LimitTold[];
  settings: SettingTold[];
  inputs: InputTold[];
  verdict: VerdictTold | null;
}

export interface CriterionList {
  zone: string;
  profile: string;
  title: string;
  period: string;
  occupied: { presenceShareMin: number; presenceCoverageMin: number };
  criteria: CriterionNow[];
}

export interface Trouble {
  subject: string;
  text: string;
  fatal: boolean;
}

export interface DeviceNow {
  name: string;
  bus: string;
  alive: boolean;
  deadSince: string | null;
  lastGoodAt: string | null;
  why: string | null;
  polls: number;
  faults: number;
  latencyMilliseconds: number;
  delayMilliseconds: number;
  costs: { points: string[]; desksUnknown: number; desks: string[] | null };
  instrument: { maker: string | null; type: string | null; serial: string | null; validUntil: string | null } | null;
}

export interface SinkNow {
  name: string;
  alive: boolean;
  behind: number;
  behindSince: string | null;
  trouble: string | null;
  troubleSince: string | null;
  behindBytes: number | null;
  fullInSeconds: number | null;
}

export interface GatewayNow {
  now: string;
  clockTrusted: boolean;
  era: number;
  clockOffsetSeconds: number | null;
  logBytes: number | null;
  logBytesMax: number | null;
  undelivered: number | null;
  undeliveredSince: string | null;
  dropped: number | null;
}

export interface DevicePage {
  dead: number;
  devices: DeviceNow[];
  buses: { name: string; useShare: number }[];
  sinks: SinkNow[];
  gateway: GatewayNow;
  troubles: Trouble[];
}

export interface IncidentTold {
  sequence: number;
  at: string;
  kind: string;
  subject: string;
  text: string;
  value: number | null;
}

export interface IncidentPage {
  zone: string;
  incidents: IncidentTold[];
  next: number | null;
}

/** /api/v1/plan: metres, x to the right, y downwards. */
export interface PlanDrawn {
  storeys: {
    name: string | null;
    spaces: { id: string; outline: [number, number][] }[];
    desks: { id: string; space: string; at: [number, number] }[];
  }[];
}
