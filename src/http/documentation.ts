import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** Swagger UI sets styles from script and draws images from data URLs; it needs nothing else from elsewhere. */
const DOCS_CSP = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The bar shows another product's name and a field for other documents: this page has one. */
const HIDE_TOP_BAR = '.swagger-ui .topbar { display: none; }';

/** Serves the OpenAPI document as Swagger UI under `/docs`, with an Authorize button that survives a reload. */
export function serveDocumentation(app: FastifyInstance, document: object): void {
  // The types of the plugin stop at OpenAPI 3.0; it passes the document on as it is.
  app.register(swagger, {
    mode: 'static',
    specification: { document: document as StaticDocumentSpec['document'] },
  });
  app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_CSP,
    theme: { title: 'AISecOps Interceptor API', css: [{ filename: 'theme.css', content: HIDE_TOP_BAR }] },
    uiConfig: {
      persistAuthorization: true,
      docExpansion: 'list',
      tryItOutEnabled: true,
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
    },
  });
}
