FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings Node itself; the optional package with another copy of it stays out.
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY policies policies
RUN mkdir --mode=750 audit data && chown node:node audit data
USER node
VOLUME ["/app/audit", "/app/data"]
ENV AISECOPS_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.AISECOPS_PORT ?? 8080) + '/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Reachable from other machines, so it starts only with AISECOPS_ADMIN_TOKEN set.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=40", "src/main.ts"]
