import { useAsked } from '../../ask.ts';

/** The name of a meter, or its id until that is known. */
export function useMeterName(meter: string): string {
  const asked = useAsked('/v1/meters/:meter', { params: { meter } });
  return asked.state === 'known' ? asked.data.name : meter;
}
