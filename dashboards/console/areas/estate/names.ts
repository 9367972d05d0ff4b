import { useAsked } from '../../ask.ts';

/** The name of a meter, or its id until that is known. */
export function useMeterName(meter: string): string {
  const asked = useAsked('/v1/meters/:meter', { params: { meter } });
  return asked.state === 'known' ? asked.data.name : meter;
}

/** Names by id. */
export function namesOf(list: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, string> {
  return new Map(list.map(({ id, name }) => [id, name]));
}
