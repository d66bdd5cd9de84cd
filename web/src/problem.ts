/** What went wrong, whoever said so: Tapedeck itself, something between, or the browser. */
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

/** Codes that only the page gives. */
export const LOCAL_CODES = [
  'offline',
  'hop-too-large',
  'hop-refused',
  'hop-unavailable',
  'hop-strange-answer',
  'file-changed',
  'file-unreadable',
] as const;
export type LocalCode = (typeof LOCAL_CODES)[number];

/** A problem that is thrown. */
export class Trouble extends Error {
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

/** An answer, in the few parts that tell who gave it. */
export interface Answer {
  status: number;
  contentType: string;
  server: string;
  retryAfter: string;
  body: string;
}

/** The problem that an answer carries. Only Tapedeck answers with a problem document; all else was said on the way. */
export function problemOf(answer: Answer): Problem {
  const retryAfter = Number.parseInt(answer.retryAfter, 10) || 0;
  if (/^application\/(problem\+)?json/i.test(answer.contentType)) {
    const said = parse(answer.body);
    if (typeof said['code'] === 'string') {
      return {
        code: said['code'],
        title: text(said['title']),
        detail: text(said['detail']),
        hint: text(said['hint']),
        retryable: said['retryable'] === true,
        traceId: text(said['traceId']),
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

/** The name of the program that answered in Tapedeck's place; empty when it did not say. */
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
