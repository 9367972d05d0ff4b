import type { Page } from 'playwright-core';

/** Lets the house say of this browser what it says of a key that may only look. */
export async function mayOnlyLook(page: Page): Promise<void> {
  await page.route('**/v1/caller', async (route) => {
    const answer = await route.fetch();
    const said = (await answer.json()) as object;
    await route.fulfill({ json: { ...said, name: 'a board member', role: 'read', reaches: ['read'], auth: 'keys' } });
  });
}
