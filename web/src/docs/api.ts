import type { Yaml } from './yaml';

/** A map of the description. */
export type Described = { [key: string]: Yaml };

export interface Field {
  name: string;
  where: string;
  type: string;
  required: boolean;
  text: string;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  text: string;
  /** Whether it may be called without signing in. */
  open: boolean;
  parameters: Field[];
  body: { type: string; fields: Field[] } | null;
  responses: { status: string; text: string; type: string }[];
  curl: string;
}

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

const map = (value: Yaml | undefined): Described =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
const list = (value: Yaml | undefined): Yaml[] => (Array.isArray(value) ? value : []);
const text = (value: Yaml | undefined): string => (value === null || value === undefined ? '' : String(value)).trim();

/** The operations of a description, in its order. */
export function operations(root: Described, origin: string): Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries(map(root.paths))) {
    for (const method of VERBS) {
      const described = map(item)[method];
      if (described !== undefined) {
        found.push(operation(root, origin, path, method, map(item), map(described)));
      }
    }
  }
  return found;
}

function operation(root: Described, origin: string, path: string, method: string, item: Described, one: Described): Operation {
  const parameters = [...list(item.parameters), ...list(one.parameters)].map((each) => {
    const parameter = resolved(root, map(each));
    return {
      name: text(parameter.name),
      where: text(parameter.in),
      type: typeOf(root, map(parameter.schema)),
      required: parameter.required === true,
      text: text(parameter.description),
    };
  });
  const [bodyType, content] = Object.entries(map(map(one.requestBody).content))[0] ?? ['', null];
  const body = bodyType === '' ? null : { type: bodyType, fields: fields(root, map(map(content).schema)) };
  const security = one.security === undefined ? root.security : one.security;
  const open = list(security).some((each) => Object.keys(map(each)).length === 0);
  const known = { method: method.toUpperCase(), path, open, body, example: map(content).example };
  return {
    id: text(one.operationId),
    method: known.method,
    path,
    tag: text(list(one.tags)[0]),
    summary: text(one.summary),
    text: text(one.description),
    open,
    parameters,
    body,
    responses: Object.entries(map(one.responses)).map(([status, each]) => {
      const response = resolved(root, map(each));
      const [type, inside] = Object.entries(map(response.content))[0] ?? ['', null];
      return { status, text: text(response.description), type: typeOf(root, map(map(inside).schema)) || type };
    }),
    curl: curl(origin, known),
  };
}

/** The thing itself, where a reference stands for it. */
function resolved(root: Described, thing: Described): Described {
  return typeof thing.$ref === 'string'
    ? map(thing.$ref.slice(2).split('/').reduce<Yaml>((at, part) => map(at)[part] ?? null, root))
    : thing;
}

function typeOf(root: Described, schema: Described): string {
  if (typeof schema.$ref === 'string') {
    const target = resolved(root, schema);
    return target.type === 'object' || target.properties ? schema.$ref.split('/').at(-1)! : typeOf(root, target);
  }
  const choices = list(schema.enum).length > 0 ? list(schema.enum).join(' | ') : '';
  const either = list(schema.anyOf).map((each) => typeOf(root, map(each)));
  const plain = Array.isArray(schema.type) ? schema.type.join(' | ') : text(schema.type);
  const items = schema.type === 'array' ? `${typeOf(root, map(schema.items))}[]` : '';
  return choices || items || either.join(' | ') || plain;
}

/** The members of an object that a schema describes. */
export function fields(root: Described, schema: Described): Field[] {
  const object = resolved(root, schema);
  const required = list(object.required);
  return Object.entries(map(object.properties)).map(([name, each]) => ({
    name,
    where: '',
    type: typeOf(root, map(each)),
    required: required.includes(name),
    text: text(map(each).description) || text(resolved(root, map(each)).description),
  }));
}

interface Call {
  method: string;
  path: string;
  open: boolean;
  body: { type: string; fields: Field[] } | null;
  example: Yaml | undefined;
}

function curl(origin: string, { method, path, open, body, example }: Call): string {
  const parts = ['curl'];
  if (method !== 'GET') {
    parts.push(method === 'HEAD' ? '-I' : `-X ${method}`);
  }
  if (!open) {
    parts.push('-H "Authorization: Bearer $TOKEN"');
  }
  if (path.startsWith('/v1/uploads')) {
    parts.push("-H 'Tus-Resumable: 1.0.0'");
  }
  if (body?.type === 'multipart/form-data') {
    parts.push('-F quality=2', '-F file=@talk.mp4');
  } else if (body?.type === 'application/json') {
    const json = JSON.stringify(example ?? Object.fromEntries(body.fields.map((each) => [each.name, null])));
    parts.push("-H 'Content-Type: application/json'", `-d '${json}'`);
  } else if (body) {
    parts.push(`-H 'Content-Type: ${body.type}'`, '--data-binary @part');
  }
  return `${parts.join(' ')} '${origin}${path}'`;
}
