/** A statement written over several lines, as the one line that Grafana keeps. */
export function influxql(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: strings.raw }, ...values)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
