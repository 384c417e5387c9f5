/** Do the migrations, played from the first, lead to the schema? Needs a server where the owner may make a shadow database. */
import { run } from './run.mjs'

/**
 * @param {{ ownerUrl: string, migrations?: string, schema?: string }} where
 * @returns {Promise<string>} the difference in words, or '' when there is none; throws when it cannot be known
 */
export async function findDrift({ ownerUrl, migrations = 'prisma/migrations', schema = 'prisma/schema.prisma' }) {
  try {
    await run('prisma', ['migrate', 'diff', '--from-migrations', migrations, '--to-schema', schema, '--exit-code'], { env: { DATABASE_OWNER_URL: ownerUrl }, quiet: true })
    return ''
  } catch (error) {
    if (error.code !== 2) throw error // 2 is Prisma's "there is a difference"
    return error.output.trim() || 'there is a difference'
  }
}
