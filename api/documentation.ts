import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { RouteOptions } from 'fastify';
import { openPage } from './console-pages.ts';
import type { Api } from './parts.ts';

const tags = [
  { name: 'estate', description: 'organisations, sites and meters as the register has them' },
  { name: 'data', description: 'readings as they came, and how good they are' },
  { name: 'figures', description: 'energy, intensity and carbon, each with its measured share' },
  { name: 'alerts', description: 'abnormal use: what it costs, who has it, and what mending it saved' },
  {
    name: 'plan',
    description: 'the four steps: where sites stand, measures and what they saved, the way to the targets',
  },
  { name: 'costs', description: 'supply points, their contracts, and what half-hours cost; for keys of procurement' },
  {
    name: 'reports',
    description: 'what is sent to others: returns, targets and progress, as JSON, CSV or a spreadsheet',
  },
  { name: 'live', description: 'what is heard now' },
  { name: 'access', description: 'API keys, who asks, and browsers that signed in' },
  { name: 'operation', description: 'health and metrics of the process' },
] as const;

/** `/openapi.json` and pages to browse it at `/docs`, with nothing loaded from elsewhere. */
export async function addDocumentation(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Meterhouse',
        version,
        description:
          'Periods are half-open: `to` does not belong to them. Instants are UTC; dates are those of London. ' +
          'The unit is the last word of a name. `null` is not known, which is never 0.',
      },
      tags: [...tags],
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'mh_<id>_<secret>' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.addHook('onRoute', (route) => {
    // The documentation's own pages hold nothing of the estate.
    if (/^\/docs(\/|$)/.test(route.url)) route.config = { ...route.config, role: 'open' };
    else if (route.config?.page !== true) checkDescribed(route);
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    logo: { type: 'image/svg+xml', content: logo },
    transformStaticCSP: () => documentationPolicy,
    uiConfig: { docExpansion: 'list', tryItOutEnabled: true, persistAuthorization: false },
  });
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: openPage,
    schema: { hide: true },
    handler: async () => app.swagger(),
  });
}

/** A route that is not described, or does not say who may use it, is a mistake that must not start. */
function checkDescribed(route: RouteOptions): void {
  const { schema, config, url } = route;
  const lacks = [
    config?.role === undefined ? 'a role' : '',
    schema?.summary === undefined ? 'a summary' : '',
    schema?.tags?.every((tag) => tags.some(({ name }) => name === tag)) ? '' : 'a known tag',
    schema?.response === undefined ? 'its answers' : '',
    schema?.hide === true ? 'to be shown' : '',
  ].filter((lack) => lack !== '');
  if (lacks.length > 0) throw new TypeError(`${String(route.method)} ${url} lacks ${lacks.join(', ')}`);
}

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 40"><text x="0" y="30" fill="#fff" ' +
  'font-family="sans-serif" font-size="30">Meterhouse</text></svg>';

const documentationPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The pages set style attributes on their own elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
