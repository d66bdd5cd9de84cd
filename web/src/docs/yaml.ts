/**
 * Reads the YAML that our own description of the API is written in: block and flow maps and lists,
 * plain and quoted scalars, literal blocks and comments. Anchors, tags and several documents are not
 * read; the tests read the whole description.
 */
export type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml };

interface Line {
  indent: number;
  text: string;
  at: number;
}

export function parseYaml(source: string): Yaml {
  const raw = source.split(/\r?\n/);
  const lines: Line[] = [];
  raw.forEach((line, at) => {
    const text = line.trim();
    if (text !== '' && !text.startsWith('#')) {
      lines.push({ indent: line.length - line.trimStart().length, text, at });
    }
  });
  return new Reader(raw, lines).block(0);
}

class Reader {
  private next = 0;

  constructor(
    private readonly raw: readonly string[],
    private readonly lines: Line[],
  ) {}

  /** The map, list or scalar whose lines are indented at least so far. */
  block(indent: number): Yaml {
    const line = this.lines[this.next];
    if (!line || line.indent < indent) {
      return null;
    }
    if (line.text === '-' || line.text.startsWith('- ')) {
      return this.list(line.indent);
    }
    return keyOf(line.text) === null ? this.flow(this.take().text) : this.map(line.indent);
  }

  private take(): Line {
    return this.lines[this.next++]!;
  }

  private list(indent: number): Yaml[] {
    const items: Yaml[] = [];
    for (let line = this.lines[this.next]; line?.indent === indent && line.text.startsWith('-'); line = this.lines[this.next]) {
      const rest = line.text.slice(1).trimStart();
      if (rest === '') {
        this.next++;
        items.push(this.block(indent + 1));
      } else {
        // What follows the dash is a block of its own, two columns further in.
        this.lines[this.next] = { indent: indent + line.text.length - rest.length, text: rest, at: line.at };
        items.push(this.block(indent + 1));
      }
    }
    return items;
  }

  private map(indent: number): Yaml {
    const map: { [key: string]: Yaml } = {};
    for (let line = this.lines[this.next]; line?.indent === indent; line = this.lines[this.next]) {
      const key = keyOf(line.text);
      if (key === null) {
        throw new Error(`line ${line.at + 1}: a key was expected`);
      }
      this.next++;
      map[unquoted(key.name)] = this.value(key.rest, indent, line.at);
    }
    return map;
  }

  private value(rest: string, indent: number, at: number): Yaml {
    if (rest === '') {
      const line = this.lines[this.next];
      const inside = line && (line.indent > indent || (line.indent === indent && line.text.startsWith('- ')));
      return inside ? this.block(line.indent) : null;
    }
    return rest === '|' ? this.literal(indent, at) : this.flow(rest);
  }

  /** The lines of a literal block as they are. */
  private literal(indent: number, at: number): string {
    const found: string[] = [];
    let last = at + 1;
    for (; last < this.raw.length; last++) {
      const line = this.raw[last]!;
      if (line.trim() !== '' && line.length - line.trimStart().length <= indent) {
        break;
      }
      found.push(line);
    }
    while ((this.lines[this.next]?.at ?? Number.POSITIVE_INFINITY) < last) {
      this.next++;
    }
    const margin = Math.min(...found.filter((each) => each.trim()).map((each) => each.length - each.trimStart().length));
    return `${found.map((each) => each.slice(margin)).join('\n').trimEnd()}\n`;
  }

  /** A scalar or a map or list in brackets, which may reach over several lines. */
  private flow(first: string): Yaml {
    let text = first;
    while (/^[{[]/.test(text) && depth(text) > 0 && this.next < this.lines.length) {
      text += ` ${this.take().text}`;
    }
    return new Flow(text).whole();
  }
}

/** How many brackets are open at the end, quotes left out. */
function depth(text: string): number {
  const bare = text.replace(/"(?:\\.|[^"])*"|'(?:''|[^'])*'/g, '');
  return (bare.match(/[{[]/g)?.length ?? 0) - (bare.match(/[}\]]/g)?.length ?? 0);
}

function keyOf(text: string): { name: string; rest: string } | null {
  const found = /^("(?:\\.|[^"])*"|'(?:''|[^'])*'|[^\s"'{[][^:{[]*|[^\s"'{[][^{[]*?(?:\{[^}]*\}[^{:]*)*):(?:\s+(.*))?$/.exec(text);
  return found ? { name: found[1]!, rest: uncommented(found[2] ?? '') } : null;
}

function uncommented(text: string): string {
  return /^["'{[]/.test(text) ? text : text.replace(/(^|\s)#.*$/, '').trimEnd();
}

function unquoted(text: string): string {
  const value = scalar(text.trim());
  return String(value);
}

function scalar(text: string): string | number | boolean | null {
  if (text.startsWith('"')) {
    return JSON.parse(text) as string;
  }
  if (text.startsWith("'")) {
    return text.slice(1, -1).replaceAll("''", "'");
  }
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) {
    return Number(text);
  }
  return text === 'true' ? true : text === 'false' ? false : text === 'null' || text === '' ? null : text;
}

/** What is written in brackets on one line, like JSON with plain words. */
class Flow {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Yaml {
    return /^[{[]/.test(this.text) ? this.value() : scalar(this.text);
  }

  private value(): Yaml {
    this.space();
    const first = this.text[this.at];
    return first === '{' ? this.map() : first === '[' ? this.list() : scalar(this.token(/[,}\]]/));
  }

  private space() {
    while (this.text[this.at] === ' ') {
      this.at++;
    }
  }

  /** A quoted text, or everything before the end. */
  private token(end: RegExp): string {
    const quoted = /^("(?:\\.|[^"])*"|'(?:''|[^'])*')/.exec(this.text.slice(this.at));
    if (quoted) {
      this.at += quoted[0].length;
      this.space();
      return quoted[0];
    }
    const from = this.at;
    while (this.at < this.text.length && !end.test(this.text[this.at]!)) {
      this.at++;
    }
    return this.text.slice(from, this.at).trim();
  }

  private map(): Yaml {
    const map: { [key: string]: Yaml } = {};
    this.at++;
    for (this.space(); this.text[this.at] !== '}'; this.space()) {
      const key = unquoted(this.token(/[:,}]/));
      if (this.text[this.at] !== ':') {
        throw new Error(`a value was expected in ${this.text}`);
      }
      this.at++;
      map[key] = this.value();
      this.comma('}');
    }
    this.at++;
    return map;
  }

  private list(): Yaml[] {
    const items: Yaml[] = [];
    this.at++;
    for (this.space(); this.text[this.at] !== ']'; this.space()) {
      items.push(this.value());
      this.comma(']');
    }
    this.at++;
    return items;
  }

  private comma(end: string) {
    this.space();
    if (this.text[this.at] === ',') {
      this.at++;
    } else if (this.text[this.at] !== end) {
      throw new Error(`a comma was expected in ${this.text}`);
    }
  }
}
