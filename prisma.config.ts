import { defineConfig } from 'prisma/config'

// Prisma's native schema engine is a download. The one from npm (prisma/schema-engine.mjs) does the same work without.
if (!process.env.PRISMA_NATIVE_SCHEMA_ENGINE) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= 'prisma/schema-engine.mjs'

/** Migrations run as the owner. `prisma generate` needs no database: then the address is never used. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_OWNER_URL ?? process.env.DATABASE_URL ?? 'postgresql://nobody@127.0.0.1:1/none' },
})
