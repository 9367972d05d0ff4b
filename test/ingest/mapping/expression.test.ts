import { search } from '@jmespath-community/jmespath';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { expression, isTruthy } from '../../../ingest/mapping/expression.ts';

test.each([
  ['[@, @] | [] | [@, @]', 'a list such as'],
  ['{a: @, b: @}', 'MultiSelectHash'],
  ['map(&a, b)', 'map() is not among the functions'],
  ["pad_left('x', `1000000000`)", 'pad_left() is not among the functions'],
  ['sort_by(a, &b)', 'sort_by() is not among the functions'],
  ['$.a', 'Root is not used'],
  ['let $x = a in $x', 'LetExpression is not used'],
  ['a[*].b[*].c[*].d[*]', 'followed 2 deep'],
  ['!a.b', 'write !(a.b)'],
  ['a[?', 'not JMESPath'],
  ['', 'not JMESPath'],
])('%s is refused', (text, says) => expect(() => expression(text)).toThrow(says));

test('what is missing is told from what is null', () => {
  const { evaluate } = expression('a.b');
  expect(evaluate({ a: { b: null } })).toBeNull();
  expect(evaluate({ a: {} })).toBeUndefined();
  expect(evaluate({ a: [1] })).toBeUndefined();
  expect(expression('x || y || z').evaluate({ y: null })).toBeNull();
});

test('a path walked by ourselves says what JMESPath says', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    key.map((name) => `.${name}`),
    fc.integer({ min: -3, max: 3 }).map((i) => `[${i}]`),
  );
  const path = fc.tuple(key, fc.array(step, { maxLength: 3 })).map(([first, steps]) => first + steps.join(''));
  const text = fc.array(path, { minLength: 1, maxLength: 3 }).map((paths) => paths.join(' || '));
  const { tree: value } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 0, 1, '', 'x', false, true),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(text, value, (text, document) => {
      // Of what is nothing it says nothing; we say which nothing it is.
      const said = (value: unknown) => (isTruthy(value) ? value : null);
      expect(said(expression(text).evaluate(document))).toEqual(said(search(document as never, text)));
    }),
    { numRuns: 5_000 },
  );
});

test('the work of the worst that is allowed grows with the payload', () => {
  let looks = 0;
  /** An element that counts how often it is looked into. */
  const element = () => ({
    get a() {
      looks++;
      return [{ a: 1 }, { a: 2 }];
    },
  });
  const { evaluate } = expression('a[?a[?a > `0`] && length(to_string(@)) > `1`] | [*].a[].a | sum(@)');
  const looksFor = (length: number): number => {
    looks = 0;
    expect(evaluate({ a: Array.from({ length }, element) })).toBe(3 * length);
    return looks;
  };
  const few = looksFor(100);
  expect(few).toBeGreaterThan(100);
  expect(looksFor(1_000)).toBe(10 * few);
});
