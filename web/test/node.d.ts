// The little of node that the unit tests use; its own types would leak into the page's code.
declare module 'node:test' {
  export function test(name: string, body: () => void | Promise<void>): void;
}

declare module 'node:assert/strict' {
  interface Assert {
    ok(value: unknown, message?: string): void;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(actual: string, pattern: RegExp): void;
    doesNotMatch(actual: string, pattern: RegExp, message?: string): void;
    rejects(promise: Promise<unknown>, pattern?: RegExp): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}
