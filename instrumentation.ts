/** Runs once when the server starts: wrong settings end it here, with the names of the variables and no values. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') await (await import('./app/_server/start')).start()
}
