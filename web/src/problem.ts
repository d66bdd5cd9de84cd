/** What went wrong, whether Tapedeck, a program on the way, or the browser reported it. */
export interface Problem {
  /** Tapedeck's stable code, or one of the page's own: see {@link LOCAL_CODES}. */
  code: string;
  title: string;
  detail: string;
  hint: string;
  retryable: boolean;
  traceId: string;
  status: number;
  /** The program between the browser and Tapedeck that answered, where one did. */
  hop: string;
  /** Seconds after which to try again, where the answer said so. */
  retryAfter: number;
}

/** Codes of problems that only the page finds. */
export const LOCAL_CODES = [
  'offline',
  'hop-too-large',
  'hop-refused',
  'hop-unavailable',
  'hop-strange-answer',
  'file-changed',
  'file-unreadable',
  'empty-file',
  'wrong-password',
] as const;
export type LocalCode = (typeof LOCAL_CODES)[number];

/** Problems of a file itself: the same file fails again, whatever is tried. */
const FINAL = [
  'no-audio-track',
  'unreadable-media',
  'unsupported-container',
  'unsupported-codec',
  'protected-media',
  'empty-file',
  'track-not-found',
  'nothing-in-range',
  'implausible-length',
];

/** Whether trying the same again cannot succeed. */
export function isFinal(problem: { code: string } | null): boolean {
  return problem !== null && FINAL.includes(problem.code);
}

/** A problem as an exception. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail || problem.title}`);
  }

  get code(): string {
    return this.problem.code;
  }
}

/** A problem that the page itself found. */
export function localProblem(code: LocalCode, more: Partial<Problem> = {}): Problem {
  return {
    code,
    title: '',
    detail: '',
    hint: '',
    retryable: code === 'offline' || code === 'hop-unavailable',
    traceId: '',
    status: 0,
    hop: '',
    retryAfter: 0,
    ...more,
  };
}

/** The parts of a response that show who sent it. */
export interface Answer {
  status: number;
  contentType: string;
  server: string;
  retryAfter: string;
  body: string;
}

/** The problem in a response. Only Tapedeck answers with a problem document; all else comes from a program on the way. */
export function problemOf(answer: Answer): Problem {
  const retryAfter = Number.parseInt(answer.retryAfter, 10) || 0;
  if (/^application\/(problem\+)?json/i.test(answer.contentType)) {
    const document = parse(answer.body);
    if (typeof document['code'] === 'string') {
      return {
        code: document['code'],
        title: text(document['title']),
        detail: text(document['detail']),
        hint: text(document['hint']),
        retryable: document['retryable'] === true,
        traceId: text(document['traceId']),
        status: answer.status,
        hop: '',
        retryAfter,
      };
    }
  }
  return localProblem(hopCode(answer.status), {
    status: answer.status,
    hop: hopName(answer),
    detail: pageTitle(answer.body),
    retryAfter,
  });
}

function hopCode(status: number): LocalCode {
  if (status === 413) {
    return 'hop-too-large';
  }
  if (status >= 500) {
    return 'hop-unavailable';
  }
  return status >= 400 ? 'hop-refused' : 'hop-strange-answer';
}

const HOPS: [RegExp, string][] = [
  [/cloudflare/i, 'Cloudflare'],
  [/cloudfront/i, 'CloudFront'],
  [/openresty/i, 'OpenResty'],
  [/nginx/i, 'nginx'],
  [/traefik/i, 'Traefik'],
  [/caddy/i, 'Caddy'],
  [/haproxy/i, 'HAProxy'],
  [/apache/i, 'Apache'],
  [/envoy/i, 'Envoy'],
  [/varnish/i, 'Varnish'],
  [/squid/i, 'Squid'],
  [/microsoft-iis|microsoft-azure/i, 'IIS'],
  [/awselb|amazon/i, 'AWS'],
];

/** The name of the program that answered in Tapedeck's place; empty when unknown. */
export function hopName(answer: Answer): string {
  for (const where of [answer.server, answer.body.slice(0, 4096)]) {
    for (const [sign, name] of HOPS) {
      if (sign.test(where)) {
        return name;
      }
    }
  }
  return '';
}

function pageTitle(body: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body)?.[1];
  return (title ?? '').trim();
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
