FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY src src
# What only the build needs is taken out again, and so is the optional package with a copy of Node.
RUN npm ci && npm run build && npm prune --omit=dev --omit=optional

FROM node:24-slim
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY policies policies
RUN mkdir --mode=750 audit data && chown node:node audit data
USER node
VOLUME ["/app/audit", "/app/data"]
ENV AISECOPS_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.AISECOPS_PORT ?? 8080) + '/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Reachable from other machines, so it starts only with AISECOPS_ADMIN_TOKEN set.
CMD ["node", "--max-semi-space-size=16", "--single-threaded-gc", "--no-incremental-marking", "--no-maglev", "--no-regexp-tier-up", "dist/main.js"]
