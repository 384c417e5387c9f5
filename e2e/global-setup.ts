import { join } from 'node:path'
import { ensureBuild, keepBuild } from '../cli/build-output.mjs'
import { RESULTS } from '../cli/test-steps.mjs'

/** One production build for all, kept apart from what is built meanwhile; each worker starts a house from it. */
export default async function setup() {
  await ensureBuild()
  process.env.JOURNEYS_SERVER = keepBuild(join(RESULTS, 'app'))
}
