/**
 * The four steps of estate decarbonisation, in their order, as the NHS Green Plans have them: less is used first, then
 * what heats can be smaller, then it need not burn anything, and then more of what it takes is made on site.
 */
export const steps = {
  1: {
    title: 'Making every kWh count',
    means: 'investing in no-regrets energy saving measures',
  },
  2: {
    title: 'Preparing buildings for electricity-led heating',
    means: 'upgrading building fabric',
  },
  3: {
    title: 'Switching to non-fossil fuel heating',
    means: 'investing in innovative new energy sources',
  },
  4: {
    title: 'Increasing on-site renewables',
    means: 'investing in on-site energy generation',
  },
} as const satisfies Record<number, { readonly title: string; readonly means: string }>;

export type Step = keyof typeof steps;
export const stepNumbers = [1, 2, 3, 4] as const satisfies readonly Step[];
