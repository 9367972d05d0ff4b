import { expect, test } from 'vitest';
import { linkTo } from '../../../api/delivery/delivery-parts.ts';

test('a link is what was configured, of this alert and site, and none where the address asks for more', () => {
  const link = 'https://energy.example/d/alerts?site={site}&alert={alert}';
  expect(linkTo({ link }, { alert: 'a-1', site: 'north' })).toBe(
    'https://energy.example/d/alerts?site=north&alert=a-1',
  );
  expect(linkTo({ link }, { site: 'north' })).toBeUndefined();
  expect(linkTo({ link }, {})).toBeUndefined();
  expect(linkTo({ link: 'https://energy.example/alerts' }, {})).toBe('https://energy.example/alerts');
  expect(linkTo({}, { alert: 'a-1', site: 'north' })).toBeUndefined();
});

test('without an address of their own, letters lead to the console', () => {
  const consoleAt = 'https://energy.example';
  expect(linkTo({ consoleAt }, { alert: 'a-1', site: 'north' })).toBe('https://energy.example/alerts/a-1');
  expect(linkTo({ consoleAt }, { site: 'north' })).toBe('https://energy.example/sites/north');
  expect(linkTo({ consoleAt }, {})).toBe('https://energy.example/alerts');
  expect(linkTo({ consoleAt, link: 'https://desk.example/{alert}' }, { site: 'north' })).toBeUndefined();
});
