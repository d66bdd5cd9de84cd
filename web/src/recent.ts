/** A call of the API that the page made, as a command that does the same. */
export interface RecentCall {
  method: string;
  path: string;
  curl: string;
  at: Date;
}

const MOST = 20;
/** Members of bodies that nobody should find in a shell's history. */
const SECRET = /password|token|invite/i;

const calls: RecentCall[] = [];

/** Notes a call. What is asked again and again stands once, at its last place. */
export function note(method: string, url: URL, json: unknown): void {
  const path = url.pathname + url.search;
  const same = calls.findIndex((each) => each.method === method && each.path === path);
  if (same >= 0) {
    calls.splice(same, 1);
  }
  calls.unshift({ method, path, curl: curl(method, url, json), at: new Date() });
  calls.length = Math.min(calls.length, MOST);
}

/** The last calls, newest first. */
export const recentCalls = (): readonly RecentCall[] => [...calls];

/** A text in single quotes, for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curl(method: string, url: URL, json: unknown): string {
  const parts = ['curl', ...(method === 'GET' ? [] : [`-X ${method}`]), '-H "Authorization: Bearer $TOKEN"'];
  if (json !== undefined) {
    const shown = JSON.stringify(json, (name, value: unknown) => (SECRET.test(name) && typeof value === 'string' ? '…' : value));
    parts.push("-H 'Content-Type: application/json'", `-d ${quoted(shown)}`);
  }
  return `${parts.join(' ')} ${quoted(url.href)}`;
}
