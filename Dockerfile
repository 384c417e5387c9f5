# syntax=docker/dockerfile:1
# Two images from one file:
#   docker build -t saldosyn .                              the app: Next's standalone server, no tools, no settings, no secrets
#   docker build -t saldosyn-migrate --target migrate .     brings the database up to date, and ends
# For a release, name the base image by digest.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci

FROM packages AS build
COPY . .
# Needs no setting and no database.
RUN npm run build

FROM packages AS migrate
ENV NODE_ENV=production DEPLOYMENT=production
COPY prisma.config.ts ./
COPY prisma ./prisma
COPY cli ./cli
USER node
CMD ["node", "cli/migrate.mjs"]

FROM ${NODE_IMAGE} AS app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=3000 HOSTNAME=0.0.0.0
WORKDIR /app
# Owned by root, run by node: the server cannot change its own code.
COPY --from=build /app/.next/standalone ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]
