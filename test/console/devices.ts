/** The screens that pages are looked at on: a phone at a plant-room door, and a desk. */
export const devices = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1366, height: 900 }, hasTouch: false, isMobile: false },
} as const;
