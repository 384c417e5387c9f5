import { freePort } from '../cli/run.mjs'
import { startStack } from '../cli/stack.mjs'

/** The production build with a throw-away database on free ports. The journeys find it in the environment, which Playwright's workers inherit. */
export default async function setup() {
  const [port, sandboxPort] = [await freePort(), await freePort()]
  const stack = await startStack({ port, sandboxPort, throwaway: true })
  Object.assign(process.env, {
    BASE_URL: stack.appUrl,
    SANDBOX_URL: stack.sandboxUrl,
    DATABASE_URL: stack.databaseUrl,
    DATABASE_OWNER_URL: stack.ownerUrl,
    APP_LOG: stack.logs.app,
    SANDBOX_LOG: stack.logs.sandbox,
    POSTGRES_LOG: stack.logs.postgres,
  })
  return () => stack.stop()
}
