/**
 * What becomes of the carbon of own generation when its certificates are kept, or sold. By location nothing: own
 * generation emits nothing and what is bought emits what the grid does. By the market who sells the certificates sells
 * the claim: what is used of that generation then counts as what nobody covers (GHG Protocol Scope 2 Guidance, 2015).
 */
export interface OwnUseAndImport {
  /** kWh drawn from the grid, and of own generation used on the site. */
  readonly imported: number;
  readonly ownUse: number;
  /** kWh for which certificates are retired or a contract holds; what is beyond what is bought covers nothing. */
  readonly covered: number | undefined;
}

export interface CertificatesConsequence {
  /** kWh that nobody covers: drawn, and of own use whose claim is sold. Undefined where it is not known what is. */
  readonly uncovered: number | undefined;
  /** kWh of certificates beyond what is bought. */
  readonly surplus: number | undefined;
  /** Of all that is used; undefined of nothing. */
  readonly renewableShare: number | undefined;
  /** kgCO2e by the market; undefined without a factor for what nobody covers. */
  readonly market: number | undefined;
}

/**
 * `uncoveredFactor` is kgCO2e for a kWh that nobody covers: the residual mix, or the average of the grid where none is
 * known.
 */
export function certificatesConsequence(
  { imported, ownUse, covered }: OwnUseAndImport,
  certificates: 'kept' | 'sold',
  uncoveredFactor: number | undefined,
): CertificatesConsequence {
  // What nobody knows to be covered is not uncovered: no share and no carbon can be told of it.
  if (covered === undefined && imported > 0) {
    return { uncovered: undefined, surplus: undefined, renewableShare: undefined, market: undefined };
  }
  const counted = Math.min(covered ?? 0, imported);
  const uncovered = imported - counted + (certificates === 'sold' ? ownUse : 0);
  const used = imported + ownUse;
  return {
    uncovered,
    surplus: covered === undefined ? undefined : covered - counted,
    renewableShare: used > 0 ? (used - uncovered) / used : undefined,
    market: uncovered === 0 ? 0 : uncoveredFactor === undefined ? undefined : uncovered * uncoveredFactor,
  };
}
