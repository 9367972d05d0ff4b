import { z } from 'zod';

/** A rule as Grafana reads it from the file. */
export const ruleSchema = z.object({
  uid: z.string(),
  title: z.string(),
  condition: z.string(),
  data: z.array(
    z.object({
      refId: z.string(),
      relativeTimeRange: z.object({ from: z.number(), to: z.number() }),
      datasourceUid: z.string(),
      model: z.looseObject({ refId: z.string() }),
    }),
  ),
  noDataState: z.enum(['Alerting', 'OK']),
  execErrState: z.enum(['Alerting', 'KeepLast']),
  dashboardUid: z.string(),
  panelId: z.number(),
  for: z.string().regex(/^\d+s$/),
  annotations: z.object({ summary: z.string(), description: z.string() }),
  labels: z.record(z.string(), z.string()),
});
export type Rule = z.output<typeof ruleSchema>;

/** What one evaluation comes to: of each series whether it fires; or that there was nothing, or no answer. */
export type Evaluation = 'no data' | 'error' | ReadonlyMap<string, boolean>;

/** Asks a database one InfluxQL statement. */
export type Ask = (statement: string, database: string) => Promise<unknown>;

const answerSchema = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z
        .array(
          z.object({
            tags: z.record(z.string(), z.string()).optional(),
            values: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
          }),
        )
        .optional(),
    }),
  ),
});
const modelSchema = z.object({
  query: z.string().optional(),
  type: z.enum(['reduce', 'threshold', 'math']).optional(),
  expression: z.string().optional(),
  reducer: z.string().optional(),
  conditions: z.array(z.object({ evaluator: z.object({ type: z.string(), params: z.array(z.number()) }) })).optional(),
});

/** Numbers by the labels of their series. */
type Numbers = ReadonlyMap<string, number>;

/**
 * One evaluation of a rule at an instant, as Grafana's documentation says of reduce (`dropNN`: numbers alone), threshold
 * and math: a second implementation, so that what the file holds is run and not what the code meant.
 */
export async function evaluate(rule: Rule, ask: Ask, at: number): Promise<Evaluation> {
  const points = new Map<string, ReadonlyMap<string, readonly number[]>>();
  const numbers = new Map<string, Numbers>();
  for (const { refId, relativeTimeRange, datasourceUid, model } of rule.data) {
    const { query, type, expression = '', reducer = '', conditions } = modelSchema.parse(model);
    if (query !== undefined) {
      const span = `time >= ${(at - relativeTimeRange.from) * 1_000}ms and time <= ${at * 1_000}ms`;
      const database = datasourceUid.replace('meterhouse-', 'meterhouse_');
      const answer = await asked(ask, query.replaceAll('$timeFilter', span), database);
      if (answer === 'error') return 'error';
      points.set(refId, answer);
    } else if (type === 'reduce') {
      numbers.set(refId, reduced(points.get(expression) ?? new Map(), reducer));
    } else if (type === 'threshold') {
      const [{ evaluator } = { evaluator: { type: '', params: [] } }] = conditions ?? [];
      const [bound = Number.NaN] = evaluator.params;
      const passes = (value: number): boolean => (evaluator.type === 'lt' ? value < bound : value > bound);
      numbers.set(
        refId,
        mapped(numbers.get(expression) ?? new Map(), (value) => Number(passes(value))),
      );
    } else {
      numbers.set(refId, mathOf(expression, numbers));
    }
  }
  const fires = numbers.get(rule.condition) ?? new Map<string, number>();
  return fires.size === 0 ? 'no data' : new Map([...fires].map(([labels, value]) => [labels, value !== 0]));
}

/** Whether the rule alerts at an instant: it fired in each minute of its `for` up to then. `KeepLast` alerts not. */
export async function alertsAt(rule: Rule, ask: Ask, at: number): Promise<boolean> {
  const lasts = Number.parseInt(rule.for, 10);
  for (let back = 0; back <= lasts; back += 60) {
    const evaluation = await evaluate(rule, ask, at - back);
    const state = evaluation === 'error' ? rule.execErrState : evaluation === 'no data' ? rule.noDataState : undefined;
    const fires = typeof evaluation === 'string' ? state === 'Alerting' : [...evaluation.values()].includes(true);
    if (!fires) return false;
  }
  return true;
}

async function asked(
  ask: Ask,
  statement: string,
  database: string,
): Promise<'error' | ReadonlyMap<string, readonly number[]>> {
  const answer = await ask(statement, database).catch(() => undefined);
  if (answer === undefined) return 'error';
  const [result] = answerSchema.parse(answer).results;
  if (result?.error !== undefined) throw new Error(`${statement}: ${result.error}`);
  return new Map(
    (result?.series ?? []).map(({ tags, values }) => [
      JSON.stringify(tags ?? {}),
      values.flatMap(([, value]) => (typeof value === 'number' ? [value] : [])),
    ]),
  );
}

function reduced(series: ReadonlyMap<string, readonly number[]>, reducer: string): Numbers {
  const some = [...series].filter(([, values]) => values.length > 0);
  return new Map(
    some.map(([labels, values]) => {
      if (reducer !== 'last') throw new Error(`no reducer ${reducer} here`);
      return [labels, values.at(-1) ?? Number.NaN];
    }),
  );
}

function mapped(numbers: Numbers, of: (value: number) => number): Numbers {
  return new Map([...numbers].map(([labels, value]) => [labels, of(value)]));
}

/** `$a > 1 && $b < 2` of numbers without labels; nothing where one of them is nothing. */
function mathOf(expression: string, numbers: ReadonlyMap<string, Numbers>): Numbers {
  const parts = expression.split(' && ').map((part) => /^\$(\w+) ([<>]) (\d+)$/.exec(part));
  const results = parts.map((part) => {
    if (part === null) throw new Error(`cannot read ${expression}`);
    const [, name = '', sign, bound] = part;
    const value = numbers.get(name)?.get('{}');
    if (value === undefined) return undefined;
    return sign === '<' ? value < Number(bound) : value > Number(bound);
  });
  return results.includes(undefined) ? new Map() : new Map([['{}', Number(results.every(Boolean))]]);
}
