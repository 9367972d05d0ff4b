import { type CoverRow, coverParts, mwh } from './cover-words.ts';

/** What covers the electricity of each place, as parts of one bar; what is sold of own use is covered by nothing. */
export function CoverBars({ rows }: { rows: readonly CoverRow[] }) {
  return (
    <figure class="cover-bars">
      <figcaption>What covers each site’s electricity</figcaption>
      <ul class="legend">
        {coverParts.map(({ key, says }, i) => (
          <li key={key}>
            <span class={`cover-swatch part-${i + 1}`} aria-hidden="true" /> {says}
          </li>
        ))}
      </ul>
      <ul class="cover-rows">
        {rows.map((row) => (
          <li key={row.place}>
            <span class="bar-name">{row.place_name}</span>
            <CoverBar row={row} />
            <span class="bar-value">{mwh(row.use_kwh)} MWh</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function CoverBar({ row }: { row: CoverRow }) {
  const parts = coverParts.map(({ key, says }, i) => {
    const sold = key === 'uncovered_kwh' ? (row.own_sold_kwh ?? 0) : 0;
    return { says, part: i + 1, kwh: row[key] === null ? null : row[key] + sold };
  });
  const whole = parts.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0);
  const said = parts.flatMap(({ says, kwh }) => (kwh === null || kwh < 0.5 ? [] : [`${says} ${mwh(kwh)} MWh`]));
  return (
    <span class="cover-bar" role="img" aria-label={said.length === 0 ? 'nothing is known' : said.join(', ')}>
      {parts.map(
        ({ part, kwh }) =>
          kwh !== null &&
          kwh > 0 && <span key={part} class={`part-${part}`} style={{ width: `${(kwh / whole) * 100}%` }} />,
      )}
    </span>
  );
}
