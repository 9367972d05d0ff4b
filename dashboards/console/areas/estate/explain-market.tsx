import type { Answers } from '../../answers.ts';
import { Mark } from '../../pieces/mark.tsx';
import { amount, number, percent, words } from '../../say.ts';

type Market = NonNullable<Answers['/v1/explain/figure']['market']>;

/** What covers the electricity of a figure, supply point by supply point, and what the rest is given. */
export function FigureMarket({ market }: { market: Market }) {
  return (
    <>
      <p>
        {market.cover_share === null
          ? 'What of it is covered with evidence is not known.'
          : `${percent(market.cover_share)} of the electricity bought is covered with evidence.`}
        {market.residual_mix_unavailable && ' The average of the grid stands in for the residual mix.'}
      </p>
      <p class="quiet">How certificates are shared out: {market.rule}</p>
      {market.points.map((point) => (
        <details class="branch" key={`${point.period} ${point.point} ${point.organisation}`}>
          <summary>
            {point.point} {amount(point.energy_kwh, 'kWh')} <span class="quiet">bought in {point.period}</span>
          </summary>
          <p>
            <a href={`/meters/${point.point}`}>The meter</a>{' '}
            {point.supply === null
              ? 'The register has no contract for it.'
              : `Contract ${point.supply.id} with ${point.supply.supplier}: ${point.supply.claim_says}.`}
          </p>
          <ul>
            {point.covered.map((part) => (
              <li key={`${part.by} ${part.of} ${part.state}`}>
                {amount(part.energy_kwh, 'kWh')} by {part.by} {part.of}{' '}
                <Mark kind={part.counts ? 'good' : 'warn'}>
                  {part.state}
                  {part.counts ? '' : ', does not count yet'}
                </Mark>
              </li>
            ))}
            {point.uncovered.map((rest) => (
              <li key={rest.tier}>
                {amount(rest.energy_kwh, 'kWh')} at the {words(rest.tier).toLowerCase()}: {rest.says}
                {rest.factor_kgco2e_per_kwh === null
                  ? ', its factor is not known'
                  : `, ${number(rest.factor_kgco2e_per_kwh, 5)} kgCO₂e/kWh`}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
